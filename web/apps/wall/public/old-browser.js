// Runs only in browsers without modules: they cannot show the app, so say it plainly.
document.documentElement.innerHTML =
  '<h1>浏览器版本过低</h1><p>请使用 Chromium 100、Edge 100、Safari 15 或更新的浏览器打开天目。</p><p>This browser is too old for Tianmu. Please use Chromium 100, Edge 100, Safari 15 or newer.</p>'

// Lets the station open without a network: pages and assets of this release are kept, the API never is.
const assets = __ASSETS__
const name = 'tianmu-point-__VERSION__'
const page = '/point/'
const keptCaches = 2
const patienceMs = 2500

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(name)
      .then((cache) =>
        Promise.all([
          cache.addAll(assets),
          fetch(page, { cache: 'no-cache' }).then((answer) => keepPage(cache, answer)),
        ]),
      )
      .then(() => self.skipWaiting()),
  )
})

function keepPage(cache, answer) {
  if (!answer.ok) throw new Error('The page could not be kept')
  return cache.put(page, answer)
}

// The release before stays: a page that was opened with it may still ask for its parts.
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((one) => one.startsWith('tianmu-point-')).slice(0, -keptCaches))
      .then((old) => Promise.all(old.map((one) => caches.delete(one))))
      .then(() => self.clients.claim()),
  )
})

async function opened(request) {
  const kept = async () => (await (await caches.open(name)).match(page)) ?? Response.error()
  const late = new Promise((done) => setTimeout(done, patienceMs)).then(kept)
  return Promise.race([fetch(request).catch(kept), late])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate' && url.pathname.startsWith(page)) event.respondWith(opened(request))
  else if (url.pathname.startsWith('/static/web/point/')) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)))
  }
})

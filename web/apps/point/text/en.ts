// English texts of the acquisition station.
import type zhCN from './zh-CN.ts'

const en: typeof zhCN = {
  title: 'ECG station',
  leave: 'Leave',
  otherLanguage: '中文',
  signIn: { lead: 'Register, import, send: three steps', demo: 'Demo accounts' },
}

export default en

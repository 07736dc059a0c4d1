// Chinese texts of the acquisition station.
const zhCN = {
  title: '心电采集站',
  leave: '退出',
  otherLanguage: 'EN',
  signIn: { lead: '登记、导入、传送，三步完成心电上传', demo: '演示账号' },
}

export default zhCN

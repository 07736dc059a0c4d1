// The left menu: two levels, entries shown by right; every entry is also a command of the command box.
import type { IconName } from '@tianmu/ui'
import { t } from './text/index.ts'
import { t as titles } from './text/titles.ts'

export interface MenuItem {
  path: string
  icon: IconName
  title: () => string
  right?: string
  /** Latin letters that find the entry in the command box. */
  keywords: string
}

export interface MenuGroup {
  key: string
  title: () => string
  items: MenuItem[]
}

export const menu: readonly MenuGroup[] = [
  {
    key: 'work',
    title: () => t.menu.work,
    items: [
      { path: '/home', icon: 'home', title: () => t.menu.home, keywords: 'home shouye sy' },
      { path: '/messages', icon: 'mail', title: () => t.menu.messages, keywords: 'messages xiaoxi xx' },
    ],
  },
  {
    key: 'ecg',
    title: () => t.menu.ecg,
    items: [
      {
        path: '/ecg/worklist',
        icon: 'ecg',
        title: () => t.menu.worklist,
        right: 'ecg.order.view',
        keywords: 'ecg worklist zhenduan gongzuo zdgzlb',
      },
      {
        path: '/ecg/holter',
        icon: 'clock',
        title: () => t.menu.holter,
        right: 'ecg.order.view',
        keywords: 'holter ambulatory dongtai xindian dtxd',
      },
      {
        path: '/ecg/alerts',
        icon: 'alarm',
        title: () => t.menu.alerts,
        right: 'ecg.order.view',
        keywords: 'critical alerts weijizhi wjz',
      },
      {
        path: '/ecg/quality',
        icon: 'check',
        title: () => t.menu.blindReadings,
        right: 'ecg.report.review',
        keywords: 'quality blind zhikong choucha zkcc',
      },
      {
        path: '/ecg/workload',
        icon: 'badge',
        title: () => t.menu.workload,
        right: 'ecg.report.write',
        keywords: 'workload gongzuoliang zhiliang gzl',
      },
      {
        path: '/ecg/live',
        icon: 'heart',
        title: () => titles.live,
        right: 'ecg.live.view',
        keywords: 'live ecg monitor shishi jianhu ssjh',
      },
      {
        path: '/ecg/consultations',
        icon: 'users',
        title: () => titles.consultations,
        right: 'ecg.consultation.view',
        keywords: 'consultation expert huizhen zjhz',
      },
      {
        path: '/ecg/devices',
        icon: 'device',
        title: () => t.menu.devices,
        right: 'ecg.order.view',
        keywords: 'devices shebei sb',
      },
    ],
  },
  {
    key: 'supervision',
    title: () => titles.supervision,
    items: [
      {
        path: '/supervision/map',
        icon: 'map',
        title: () => titles.map,
        right: 'supervision.figures.view',
        keywords: 'supervision map jianguan ditu jg dt',
      },
      {
        path: '/supervision/indicators',
        icon: 'chart',
        title: () => titles.indicators,
        right: 'supervision.figures.view',
        keywords: 'supervision indicators statistics jianguan zhibiao tongji zb tj',
      },
    ],
  },
  {
    key: 'registry',
    title: () => t.menu.registry,
    items: [
      {
        path: '/people',
        icon: 'users',
        title: () => t.menu.people,
        right: 'residents.person.view',
        keywords: 'people residents jumin jm',
      },
      {
        path: '/people/duplicates',
        icon: 'copy',
        title: () => titles.pairs,
        right: 'residents.duplicate.work',
        keywords: 'duplicates merge chongfu yscfda',
      },
      {
        path: '/organizations',
        icon: 'building',
        title: () => t.menu.organizations,
        right: 'organizations.unit.view',
        keywords: 'organizations jigou jg',
      },
      {
        path: '/staff',
        icon: 'badge',
        title: () => t.menu.staff,
        right: 'staff.person.view',
        keywords: 'staff renyuan ry',
      },
    ],
  },
  {
    key: 'service',
    title: () => titles.service,
    items: [
      {
        path: '/service',
        icon: 'help',
        title: () => titles.queue,
        right: 'servicedesk.ticket.raise',
        keywords: 'service desk tickets fuwutai gongdan baoxiu fwt gd',
      },
      {
        path: '/service/demands',
        icon: 'list',
        title: () => titles.demands,
        right: 'servicedesk.ticket.view',
        keywords: 'demands xuqiu xq',
      },
      {
        path: '/service/controlled',
        icon: 'lock',
        title: () => titles.controlled,
        right: 'servicedesk.ticket.view',
        keywords: 'controlled requests database shoukong shenqing sksq',
      },
      {
        path: '/service/knowledge',
        icon: 'info',
        title: () => titles.knowledge,
        right: 'servicedesk.ticket.raise',
        keywords: 'knowledge articles zhishiku zsk',
      },
      {
        path: '/service/problems',
        icon: 'scan',
        title: () => titles.problems,
        right: 'servicedesk.article.write',
        keywords: 'problems known errors wenti yizhicuowu wt',
      },
      {
        path: '/service/figures',
        icon: 'chart',
        title: () => titles.figures,
        right: 'servicedesk.figures.view',
        keywords: 'service figures shuju tongji fwsj tj',
      },
      {
        path: '/service/reports',
        icon: 'print',
        title: () => titles.reports,
        right: 'servicedesk.figures.view',
        keywords: 'monthly reports yuebao ywyb yb',
      },
      {
        path: '/service/wall',
        icon: 'screen',
        title: () => titles.wall,
        right: 'servicedesk.figures.view',
        keywords: 'wall daping fwtdp dp',
      },
      {
        path: '/contract',
        icon: 'file',
        title: () => titles.contract,
        right: 'contracts.contract.view',
        keywords: 'contract fines obligations hetong fakuan jiesuan ht',
      },
      {
        path: '/duty',
        icon: 'clock',
        title: () => titles.duty,
        right: 'duty.roster.view',
        keywords: 'duty roster attendance zhiban paiban kaoqin zb pb kq',
      },
    ],
  },
  {
    key: 'insight',
    title: () => titles.insight,
    items: [
      {
        path: '/reports',
        icon: 'chart',
        title: () => titles.shelf,
        right: 'reports.report.view',
        keywords: 'reports figures designer baobiao tongji bb tj',
      },
    ],
  },
  {
    key: 'system',
    title: () => t.menu.system,
    items: [
      {
        path: '/accounts',
        icon: 'user',
        title: () => t.menu.accounts,
        right: 'access.account.view',
        keywords: 'accounts zhanghao zh',
      },
      {
        path: '/tokens',
        icon: 'device',
        title: () => t.menu.tokens,
        right: 'access.token.issue',
        keywords: 'tokens devices applications lingpai shebei lp',
      },
      {
        path: '/delegations',
        icon: 'send',
        title: () => t.menu.delegations,
        keywords: 'delegation lend zhuanshou jueseshouquan zs',
      },
      {
        path: '/emergency',
        icon: 'unlock',
        title: () => t.menu.emergency,
        right: 'access.break_glass.review',
        keywords: 'emergency break glass review jinji diaoyue shencha jjdy',
      },
      {
        path: '/audit',
        icon: 'shield',
        title: () => t.menu.audit,
        right: 'audit.line.view',
        keywords: 'audit shenji sj',
      },
      {
        path: '/partners',
        icon: 'send',
        title: () => titles.partners,
        right: 'partners.partner.view',
        keywords: 'partners dicom hl7 pacs his waibu xitong jiekou wbxt',
      },
      {
        path: '/jobs',
        icon: 'jobs',
        title: () => t.menu.jobs,
        right: 'jobs.job.view',
        keywords: 'jobs houtai renwu htrw',
      },
      {
        path: '/rulesets',
        icon: 'list',
        title: () => titles.rules,
        right: 'rulesets.version.load',
        keywords: 'rules versions limits criteria guize banben gzbb',
      },
      { path: '/settings', icon: 'gear', title: () => t.menu.settings, keywords: 'settings shezhi sz' },
    ],
  },
]

/** Groups and entries the person may use. */
export function menuFor(can: (right: string | undefined) => boolean): MenuGroup[] {
  return menu
    .map((group) => ({ ...group, items: group.items.filter((item) => can(item.right)) }))
    .filter((group) => group.items.length > 0)
}

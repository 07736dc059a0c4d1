// English texts of the county map.
import type zhCN from './zh-CN.ts'

const en: typeof zhCN = {
  title: 'Schematic map of the county',
  schematic: 'Schematic, not surveyed',
  states: {
    critical: 'critical value open',
    overdue: 'report beyond limit',
    offline: 'offline',
    online: 'online',
    idle: 'no device',
  },
  point: (name, state, count) => `${name}, ${state}, ${count} today`,
  heat: 'Towns: few to many examinations',
}

export default en

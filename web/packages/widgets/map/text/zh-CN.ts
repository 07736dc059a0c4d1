// Chinese texts of the county map; en.ts has the same type.
const zhCN = {
  title: '县域示意图',
  schematic: '示意图（非测绘）',
  states: { critical: '危急值待处理', overdue: '报告超时限', offline: '离线', online: '在线', idle: '无设备' },
  point: (name: string, state: string, count: number) => `${name}，${state}，今日 ${count} 例`,
  heat: '乡镇颜色：检查量由少到多',
}

export default zhCN

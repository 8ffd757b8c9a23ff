/** Texts that every chart has. */
export const charts = {
  time: '时间',
  meteringOff: '计量已关闭',
  others: '其他',
  keys: '方向键读取图表，Shift 加方向键选择范围，Enter 显示该范围，Escape 恢复显示全部',
  menu: '图表“{title}”的操作',
  exportPng: '保存为 PNG',
  exportCsv: '保存为 CSV',
  tableCaption:
    '{shown, plural, =0 {{title}} other {{title}：{all, number} 行中的 {shown, number} 行}}',
} as const;

/** Texts of the desktop's own dialogs. */
export const desktop = {
  quit: {
    title: '{count, plural, other {还有 # 个回答正在生成}}',
    body: '现在退出会中断{count, plural, other {这 # 个回答}}：{names}。在 Tokwatt 再次运行之前，之后的请求会被拒绝。',
    after: '{count, plural, other {全部完成后退出}}',
    now: '立即退出',
    cancel: '取消',
    who: '{model}（{application}）',
    more: '以及另外 {count} 个',
  },
};

/** Names and consequences of the settings of tray, window and notifications. */
export const desktopFields = {
  appearance: {
    theme: { label: '主题' },
    language: { label: '语言', hint: '数字、日期和金额的格式随之改变。' },
    temperature: {
      label: '温度',
      hint: '存储的值和导出的数据仍用 °C。',
    },
    hours: { label: '时间', hint: '导出的数据仍用 ISO 8601。' },
    weekStart: { label: '一周的第一天', hint: '预算和按周汇总从星期一开始。' },
  },
  notifications: {
    spilledModels: {
      label: '模型超出显存容量',
      hint: '每次加载模型时通知一次：模型的一部分由处理器计算，因此回答较慢。',
    },
    longAnswers: {
      label: '耗时较长的回答已完成',
      hint: '点击可打开该请求。失败或被取消的回答不通知。',
    },
    longAnswerSeconds: {
      label: '回答超过此时长视为耗时较长',
      hint: '从请求开始到结束。',
    },
    quietHours: {
      label: '在以下时段不显示通知',
      hint: '托盘和告警页面仍会显示发生的情况。时段结束时仍在触发的告警会合并为一条通知。',
    },
    quietFrom: { label: '开始', hint: '本机的时间，例如 22:00。' },
    quietTo: { label: '结束', hint: '如果不晚于开始时间，则为次日。' },
  },
  desktop: {
    keepAwake: {
      label: '有请求运行时阻止系统睡眠',
      hint: '屏幕仍可关闭。最后一个请求完成后，系统可以再次睡眠。',
    },
  },
  tray: {
    icon: {
      label: '图标显示的内容',
      hint: '数值有意义时，会代替圆环显示。',
    },
    firstLine: {
      label: '图标旁的文字',
      hint: '仅限 macOS。只有其中的数值都有意义时才显示。',
    },
    secondLine: { label: '第二段文字' },
  },
  miniMonitor: {
    form: { label: '形式', hint: '独立的小窗口。可从托盘或命令面板打开；右键单击打开其菜单。' },
    onTop: { label: '始终置顶', hint: '在 Wayland 上无效，因为窗口无法请求置顶。' },
    opacity: { label: '不透明度', hint: '在 Linux 上无效。' },
    clickThrough: {
      label: '点击穿透',
      hint: '点击会传给其下方的内容。可通过托盘、命令面板或此开关关闭。',
    },
  },
  shortcuts: {
    window: {
      label: '显示窗口',
      hint: '例如 Ctrl+Alt+T，在 Mac 上为 Cmd+Alt+T。留空：不设置，因为其他程序将无法使用这些按键。',
    },
    miniMonitor: { label: '显示或隐藏迷你监视器' },
    clickThrough: { label: '让迷你监视器穿透或接收点击' },
  },
};

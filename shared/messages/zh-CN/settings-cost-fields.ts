/** The words of the settings of costs and budgets. */
export const costFields = {
  cost: {
    currency: {
      label: '货币',
      hint: '三个字母，例如 EUR。以先前货币计的金额保持不变。',
    },
    tariff: {
      price: { label: '电价' },
      times: {
        label: '按每周时段的价格',
        hint: '一周中的每一分钟都必须恰好有一个价格。结束早于开始时，表示次日结束。',
      },
      hourly: {
        file: { label: '文件', hint: '本机上的绝对路径。文件的变化会被监视。' },
        url: { label: '地址', hint: '每三小时查询一次。文件或地址，只能选其一。' },
        headers: { label: '标头', hint: '发送到该地址；不再显示。' },
        per: { label: '价格对应的单位' },
        timeField: { label: '时间的名称', hint: '列名或成员名。留空：time。' },
        priceField: { label: '价格的名称', hint: '列名或成员名。留空：price。' },
        surcharge: { label: '附加费', hint: '交易所价格中不包含的费用。' },
        taxRate: { label: '税', hint: '最后加上。' },
      },
    },
    solar: {
      price: {
        label: '自产电能的价格',
        hint: '电网为此会支付的价格；没有则为 0。',
      },
      share: { label: '占用电量的比例', hint: '低于 100 %，或仅在下列时段内。' },
      hours: { label: '时段', hint: '没有行时始终适用。' },
    },
    carbon: {
      gramsPerKwh: { label: '每 kWh 的 CO₂', hint: '单位为克。填写自己的数值，或选择国家。' },
      country: {
        label: '国家',
        hint: '三个字母，例如 DEU：取一年的平均值。',
      },
    },
    since: {
      label: '首个电价的起始日',
      hint: '例如 2026-11-21。此前的能耗没有价格。留空：设置电价之时。',
    },
    machinePrice: {
      label: '机器的价格',
      hint: '用于显示与云端相比何时回本。',
    },
    usdRate: {
      label: '一美元折合的本货币金额',
      hint: 'token 价格列表以美元计。',
    },
    prices: {
      each: {
        model: { label: '模型', hint: '* 代表任意字符。以第一个匹配为准。' },
        input: { label: '输入', hint: '美元。' },
        cachedInput: { label: '缓存的输入', hint: '留空：同输入。' },
        output: { label: '输出' },
        reasoning: { label: '推理', hint: '留空：同输出。' },
        per: { label: '计价单位' },
      },
    },
    compare: {
      each: {
        model: {
          label: '本地模型',
          hint: '* 代表任意字符。以第一个匹配为准。',
        },
        with: { label: '价格列表中的模型', hint: '例如 openai/gpt-4.1-mini。' },
      },
    },
  },
  budgets: {
    each: {
      name: { label: '名称' },
      measure: { label: '计量' },
      amount: { label: '额度', hint: 'token、kWh 或金额。' },
      period: { label: '周期', hint: '按本机的日历。每周从周一开始。' },
      scope: { label: '适用于' },
      subject: {
        label: '对象',
        hint: '模型、应用程序或密钥的指纹。适用于全部时留空。',
      },
      warnAt: { label: '警告阈值', hint: '额度的百分比，以逗号 (,) 分隔。' },
      hardStop: {
        label: '用尽后拒绝请求',
        hint: '在下一周期之前，程序会收到错误。',
      },
    },
  },
} as const;

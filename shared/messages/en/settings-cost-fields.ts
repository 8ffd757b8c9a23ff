/** The words of the settings of costs and budgets. */
export const costFields = {
  cost: {
    currency: {
      label: 'Currency',
      hint: 'Three letters, such as EUR. Amounts of an earlier currency stay what they were.',
    },
    tariff: {
      price: { label: 'Price of electricity' },
      times: {
        label: 'Prices by time of the week',
        hint: 'Every minute of the week needs exactly one price. An end before the begin is on the next day.',
      },
      hourly: {
        file: { label: 'File', hint: 'An absolute path on this machine. It is watched.' },
        url: { label: 'Address', hint: 'Asked every three hours. A file or an address, not both.' },
        headers: { label: 'Headers', hint: 'Sent to that address; never shown again.' },
        per: { label: 'A price is for one' },
        timeField: { label: 'Name of the time', hint: 'The column or member. Empty: time.' },
        priceField: { label: 'Name of the price', hint: 'The column or member. Empty: price.' },
        surcharge: { label: 'Surcharge', hint: 'Fees that the exchange price does not contain.' },
        taxRate: { label: 'Tax', hint: 'Added last.' },
      },
    },
    solar: {
      price: {
        label: 'Price of your own energy',
        hint: 'What the grid would have paid for it; 0 if nothing.',
      },
      share: { label: 'Share of the energy', hint: 'Below 100 %, or only in the hours below.' },
      hours: { label: 'Hours', hint: 'Without rows it holds always.' },
    },
    carbon: {
      gramsPerKwh: { label: 'CO₂ for each kWh', hint: 'Grams. Your own figure, or a country.' },
      country: {
        label: 'Country',
        hint: 'Three letters, such as DEU: the average of a year.',
      },
    },
    since: {
      label: 'First day of the first tariff',
      hint: 'Such as 2026-11-21. Energy before has no price. Empty: when it was set.',
    },
    machinePrice: {
      label: 'Price of the machine',
      hint: 'Shows when it has paid for itself beside a cloud.',
    },
    usdRate: {
      label: 'One US dollar in your currency',
      hint: 'Lists of token prices are in dollars.',
    },
    prices: {
      each: {
        model: { label: 'Model', hint: '* stands for any characters. The first match counts.' },
        input: { label: 'Input', hint: 'US dollars.' },
        cachedInput: { label: 'Cached input', hint: 'Empty: as input.' },
        output: { label: 'Output' },
        reasoning: { label: 'Reasoning', hint: 'Empty: as output.' },
        per: { label: 'For' },
      },
    },
    compare: {
      each: {
        model: {
          label: 'Model here',
          hint: '* stands for any characters. The first match counts.',
        },
        with: { label: 'Model of the price list', hint: 'Such as openai/gpt-4.1-mini.' },
      },
    },
  },
  budgets: {
    each: {
      name: { label: 'Name' },
      measure: { label: 'Of' },
      amount: { label: 'Amount', hint: 'Tokens, kWh or money.' },
      period: { label: 'Each', hint: 'By this machine’s calendar. Weeks begin on Monday.' },
      scope: { label: 'For' },
      subject: {
        label: 'Named',
        hint: 'The model, the application or the fingerprint of the key. Empty for all.',
      },
      warnAt: { label: 'Warn at', hint: 'Percent of the amount, with commas between.' },
      hardStop: {
        label: 'Refuse requests when it is used up',
        hint: 'Programs get an error until the next period.',
      },
    },
  },
} as const;

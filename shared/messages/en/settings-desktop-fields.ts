/** Names and consequences of the settings of tray, window and notifications. */
export const desktopFields = {
  appearance: {
    theme: { label: 'Theme' },
    language: { label: 'Language', hint: 'Numbers, dates and amounts follow it.' },
    temperature: {
      label: 'Temperature',
      hint: 'Stored values and exports stay in °C.',
    },
    hours: { label: 'Clock times', hint: 'Exports stay in ISO 8601.' },
    weekStart: {
      label: 'First day of the week',
      hint: 'Budgets and sums by week begin on Mondays.',
    },
  },
  notifications: {
    spilledModels: {
      label: 'A model does not fit into GPU memory',
      hint: 'Once each time a model is loaded: a part of it is computed by the processor, so it answers more slowly.',
    },
    longAnswers: {
      label: 'A long answer is finished',
      hint: 'With a link to the request. Answers that failed or were given up are not told.',
    },
    longAnswerSeconds: {
      label: 'An answer is long after',
      hint: 'From the request to its end.',
    },
    quietHours: {
      label: 'Show nothing during these hours',
      hint: 'The tray and the page of alerts still show what happens. Alerts that still fire at the end are then told in one notification.',
    },
    quietFrom: { label: 'From', hint: 'A time of day of this machine, such as 22:00.' },
    quietTo: { label: 'To', hint: 'If it is not after the first, on the next day.' },
  },
  desktop: {
    keepAwake: {
      label: 'Keep the system awake while requests run',
      hint: 'The screen may still turn off. When the last request is finished, the system may sleep again.',
    },
  },
  tray: {
    icon: {
      label: 'What the icon shows',
      hint: 'A figure stands in the place of the ring while it says something.',
    },
    firstLine: {
      label: 'Text beside the icon',
      hint: 'On macOS. Shown only while all of its figures say something.',
    },
    secondLine: { label: 'Second text' },
  },
  miniMonitor: {
    form: {
      label: 'Form',
      hint: 'A small window of its own. Open it from the tray or the palette; a right click opens its menu.',
    },
    onTop: { label: 'Always on top', hint: 'Not on Wayland, where windows cannot ask for it.' },
    opacity: { label: 'Opacity', hint: 'Not on Linux.' },
    clickThrough: {
      label: 'Let clicks through',
      hint: 'Clicks then go to what lies below it. The tray, the palette and this switch turn it off again.',
    },
  },
  shortcuts: {
    window: {
      label: 'Show the window',
      hint: 'Such as Ctrl+Alt+T or, on a Mac, Cmd+Alt+T. Empty: none, because the keys are taken from every other program.',
    },
    miniMonitor: { label: 'Show or hide the mini monitor' },
    clickThrough: { label: 'Let clicks through the mini monitor, or catch them' },
  },
} as const;

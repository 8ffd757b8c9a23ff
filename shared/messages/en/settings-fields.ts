import { costFields } from './settings-cost-fields.ts';
import { desktopFields } from './settings-desktop-fields.ts';

/** The words of each setting: what it is called, and the consequence of changing it. */
export const fields = {
  upstreams: {
    each: {
      name: { label: 'Name', hint: 'Shown everywhere, and stored with each request.' },
      url: {
        label: 'Address of the server',
        hint: 'Its path, if any, precedes every request path.',
      },
      port: {
        label: 'Port of the proxy',
        hint: 'Programs use this port of this machine. Empty: the first free one.',
      },
      apiKey: {
        label: 'API key',
        hint: 'For requests of Tokwatt itself, such as the list of models. Kept in the secret store and never shown again.',
      },
      exactUsage: {
        label: 'Exact usage',
        hint: 'Asks OpenAI-style streams for their token counts, and hides them from the program.',
      },
      injectKey: {
        label: 'Add the key to requests without one',
        hint: 'Everyone who reaches the proxy can then use the key.',
      },
    },
  },
  proxyPort: {
    label: 'First port of the proxies',
    hint: 'Upstreams without a port of their own get one from here upwards. Programs must use the new address.',
  },
  libraryUrl: {
    label: 'Library of models',
    hint: 'Searched for models to download, only when you search.',
  },
  ...desktopFields,
  captures: {
    enabled: {
      label: 'Keep requests and answers',
      hint: 'Prompts and answers are then stored on this machine, for as long as Retention says.',
    },
    requestHeaders: { label: 'Headers of requests' },
    requestBody: { label: 'Bodies of requests', hint: 'The prompts.' },
    responseHeaders: { label: 'Headers of answers' },
    responseBody: { label: 'Bodies of answers', hint: 'The texts of the models.' },
    maxBodyBytes: {
      label: 'Longest part kept of a body',
      hint: 'The rest is cut off, and the capture is marked.',
    },
    redactHeaders: {
      label: 'Further headers to hide',
      hint: 'Authorization, cookies, API keys and headers that end in token or secret are always hidden.',
    },
    redactFields: {
      label: 'Further fields to hide',
      hint: 'Members of JSON, fields of forms and parameters of URLs. Names such as password are always hidden.',
    },
  },
  retention: {
    activityDays: { label: 'Requests', hint: 'Older rows are deleted; sums and charts stay.' },
    maxBytes: {
      label: 'Largest size of the ledger',
      hint: 'Beyond it, the oldest requests are deleted.',
    },
    seriesDays: { label: 'Charts', hint: 'Older points are deleted.' },
    rollupDays: { label: 'Daily sums', hint: 'Older sums are deleted; the totals stay.' },
    gpuDays: { label: 'Readings of GPUs', hint: 'Older readings are deleted.' },
    captureDays: { label: 'Captures', hint: '0 keeps none.' },
    captureMaxBytes: {
      label: 'Largest size of all captures',
      hint: 'Beyond it, the oldest captures are deleted.',
    },
  },
  clients: {
    processes: {
      label: 'Find out which program sent a request',
      hint: 'Only for programs on this machine. Their names are stored, or those of their scripts, and never their arguments.',
    },
  },
  ...costFields,
  gpuIntervalMs: {
    label: 'Time between readings of the GPUs',
    hint: 'While requests run they are read more often, and at rest less.',
  },
  hardware: {
    wallMeter: {
      kind: { label: 'Kind' },
      name: { label: 'Name' },
      address: { label: 'Address', hint: 'In the local network, such as 192.168.1.20.' },
      index: { label: 'Channel', hint: 'From 0. Empty: the sum of all.' },
      entity: {
        label: 'Sensor of the power',
        hint: 'Such as sensor.plug_power; of a UPS its name.',
      },
      energyEntity: { label: 'Sensor of the energy', hint: 'If there is one.' },
      path: { label: 'Where the power is in the answer', hint: 'Such as data.power.' },
      unit: { label: 'Unit of the power' },
      intervalMs: { label: 'Time between readings' },
      token: {
        label: 'Access token',
        hint: 'Kept in the secret store, for this address only; never shown again.',
      },
    },
  },
  estimates: {
    bytesPerInputToken: {
      label: 'Bytes of a request for each input token',
      hint: 'Estimates the input where the server tells none and nothing was learned yet.',
    },
    tokensPerOutputChunk: {
      label: 'Tokens in a chunk of a stream',
      hint: 'Estimates the output of streams that were cut off.',
    },
  },
  alerts: {
    notify: {
      label: 'Show alerts on the desktop',
      hint: 'Each once when it fires and once when it is over. Without it, they are only in the tray and the window.',
    },
    webhook: {
      url: { label: 'Address', hint: 'Receives each change of an alert. Never shown again.' },
      headers: { label: 'Headers', hint: 'Sent with each; never shown again.' },
    },
  },
  sinks: {
    postgres: {
      host: { label: 'Host' },
      port: { label: 'Port' },
      database: { label: 'Database' },
      schema: { label: 'Schema', hint: 'Tables are created in it.' },
      username: { label: 'User' },
      password: {
        label: 'Password',
        hint: 'Empty: TOKWATT_POSTGRES_PASSWORD. Never shown again.',
      },
      tls: { label: 'Encrypt', hint: 'Also checks the certificate of the server.' },
    },
    clickhouse: {
      url: { label: 'Address', hint: 'The HTTP address, such as http://127.0.0.1:8123.' },
      database: { label: 'Database' },
      username: { label: 'User' },
      password: {
        label: 'Password',
        hint: 'Empty: TOKWATT_CLICKHOUSE_PASSWORD. Never shown again.',
      },
    },
  },
  otlp: {
    url: {
      label: 'Address of the collector',
      hint: 'Such as http://127.0.0.1:4318. Empty: nothing is sent.',
    },
    headers: { label: 'Headers for the collector', hint: 'Such as a key. Never shown again.' },
    intervalMs: { label: 'Send every' },
    spans: {
      label: 'A span for each request',
      hint: 'It names models and programs, and has no prompts.',
    },
  },
  reporter: {
    url: {
      label: 'Address',
      hint: 'Receives the usage of each period. Empty: nothing is sent.',
    },
    headers: { label: 'Headers for that address', hint: 'Never shown again.' },
    intervalMinutes: { label: 'Every' },
  },
  apiPort: {
    label: 'Port of the API and of this page',
    hint: 'Programs and bookmarks must use the new one.',
  },
  bind: {
    label: 'Listen at',
    hint: '127.0.0.1 is this machine only; 0.0.0.0 is every network. Figures then take the token.',
  },
  allowedHosts: {
    label: 'Further names of this machine',
    hint: 'Names in the Host of requests, such as that of a reverse proxy. Others are refused.',
  },
  allowedOrigins: {
    label: 'Web pages that may use the proxy',
    hint: 'Such as https://chat.example. Pages of this machine may anyway.',
  },
  trustedHops: {
    label: 'Other Tokwatts in front of this one',
    hint: 'A name of your choice and its key. Requests that they have counted are not counted again.',
  },
  updates: {
    mode: { label: 'Newer versions' },
    check: {
      label: 'Ask once a day whether there is a newer version',
      hint: 'Nobody is asked until you turn it on. Nothing is installed.',
    },
    url: { label: 'Address to ask', hint: 'Empty: nobody is asked.' },
  },
} as const;

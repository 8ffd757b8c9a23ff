/** Texts of the first run: choosing a server, connecting a client, the first request. */
export const connect = {
  server: {
    title: 'Choose your server',
    intro: 'Tokwatt stands in front of a model server and meters what passes through.',
    found:
      '{count, plural, =0 {Nothing new found on this machine yet.} one {Found on this machine:} other {Found on this machine:}}',
    use: 'Use it',
    useNamed: 'Use {label} at {url}',
    search: 'Search again',
    searching: 'Searching…',
    address: 'Or by its address',
    addressHint: 'On this machine or another one: http://127.0.0.1:8080',
    test: 'Test',
    testing: 'Asking…',
    works: '{label} answers in {time}.',
    someServer: 'A server',
    key: 'API key, if it needs one',
    overridden:
      '{source} names the servers of this run, so others cannot be added. Start Tokwatt without it, and this works.',
    none: 'No server yet? Each of these runs models on your machine:',
    change: 'Another server',
    settings: 'All settings of servers',
  },
  client: {
    title: 'Connect a client',
    intro:
      'Point your programs at <proxy></proxy> instead of <target></target>. Every byte passes through unchanged, and nothing needs a restart.',
    clients: 'Client',
    server: 'Server',
    model: 'Model',
    noModel: 'No model is known yet; replace your-model by the name of one.',
    getModel: 'Get a model',
    other: 'Any other',
    place: {
      shell: 'Run this where you start it:',
      code: 'In your program:',
      address: 'Base URL, for anything that speaks OpenAI’s API:',
      file: 'In {path}:',
      field: 'In the field {path}:',
    },
    notes: {
      messages:
        'The server must offer Anthropic’s API (/v1/messages). The test shows whether it does.',
      responses:
        'The server must offer OpenAI’s Responses API (/v1/responses). The test shows whether it does.',
      container:
        'In a container, 127.0.0.1 is the container itself: start it with --network=host, or let Tokwatt listen on an address that it reaches.',
      remote:
        'Cursor’s own servers send these requests, and they cannot reach an address of this machine. It takes a public address, such as that of a tunnel.',
    },
    noChange: 'Or change no client: take over the port',
    docs: 'Its documentation',
    copy: 'Copy: {name}',
    test: 'Send a test request',
    testing: 'Waiting for the answer…',
    works: '{model} answered in {time}.',
    waiting: 'No request of it seen yet.',
    seen: 'Seen at {time}: {who} asked {model}.',
    seenNow: '{who} asks {model} now.',
    noModelNamed: 'no model',
    seenShort: 'seen',
  },
  first: {
    title: 'The first request',
    asked: '{who} asked <model></model> on {upstream}.',
    someone: 'A program',
    tokens: '{input} tokens in, {output} out',
    took: 'in {time}',
    energy: '{energy} of energy',
    noEnergy: 'No sensor tells its energy.',
    failed: 'It did not succeed; its row in the activity says why.',
    open: 'Look at it',
    close: 'Continue',
  },
  takeover: {
    title: 'Take over a port',
    intro:
      'The server moves to another port and Tokwatt listens on the old one, so that no client has to be changed. Nothing is done before you ask for it, and every step has its way back.',
    possible: 'Clients use port {port}.',
    waiting:
      '{waits, select, port {The server answers on port {serverPort}; something still listens on {port}.} other {Waiting for the server on port {serverPort}.}}',
    held: 'Tokwatt listens on port {port}; the server answers on {serverPort}.',
    show: 'Show how',
    hide: 'Hide',
    showFor: 'Show how to take over the port of {name}',
    steps: 'What moves the server to port {serverPort}',
    undo: 'The way back',
    undoNow: 'When Tokwatt has left port {port}, this moves the server back',
    kinds: {
      override: 'A file of its own beside the unit sets the port:',
      environment: 'The environment of your account sets the port:',
      restart: 'Ollama starts again, which ends its running answers:',
      stop: 'Stop the server where it was started.',
      start: 'Start it on the port:',
      setting: 'Change the port in the server’s own settings.',
    },
    copy: 'Copy the commands: {name}',
    wait: 'I run them; take port {port} when it is free',
    run: 'Run them now',
    runTitle: 'Move the server now?',
    runBody: 'Tokwatt runs the commands that are shown. Answers that run now are cut off.',
    stopWaiting: 'Stop waiting',
    giveBack: 'Give port {port} back',
    giveBackTitle: 'Give the port back?',
    giveBackBody:
      'Tokwatt leaves port {port} at once. Clients get no answer there until the server has moved back.',
    giveBackRun: 'Give it back and move the server',
    others:
      'Tokwatt listens on {bind} only: clients on other machines do not reach it unless that is changed under API and access.',
    ownTools:
      'Programs that read OLLAMA_HOST themselves, such as the ollama command, then go to the server directly and are not measured.',
    running:
      'While Tokwatt does not run, nobody answers on the port. Starting it at login (Tray and look) keeps it there.',
    uninstall: 'Give the ports back before you uninstall Tokwatt.',
  },
} as const;

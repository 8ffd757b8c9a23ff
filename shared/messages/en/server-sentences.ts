/** What is wrong with a server, and what to do. */
export const serverSentences = {
  the_server: 'the server',
  the_server_there: 'The server',
  servers_of_8080: 'llama-server, llama-swap or LocalAI',
  servers_of_3000: 'TGI or TEI',
  nothing_answers:
    'Nothing answers at {address} (connection refused). Start {server}, or name your server with --upstream URL.',
  no_longer_answers: '{label} no longer answers at {address} (connection refused). Start it again.',
  name_unresolved:
    'The name {host} cannot be resolved. Check the address {address} and the network.',
  server_unreachable:
    '{address} cannot be reached. Check that {host} is on and that no firewall is between.',
  server_stuck:
    '{label} at {address} takes connections but does not answer. It is busy or stuck; restart it if this stays.',
  no_http: 'What answers at {address} does not speak HTTP. Check the port.',
  no_tls: 'What answers at {address} does not speak TLS. Try http:// instead.',
  untrusted_certificate:
    'The certificate of {address} is not trusted ({code}). Add its authority to NODE_EXTRA_CA_CERTS.',
  closes_connection:
    '{address} closes the connection without an answer. Check the port, or try https://.',
  does_not_answer: '{address} does not answer: {message} ({code}).',
  key_refused:
    'It refuses the API key that is set for this upstream, so Tokwatt cannot list its models. Set another apiKey. Requests with a key of their own are metered.',
  key_needed:
    'It needs an API key to list its models; set apiKey for this upstream. Requests with a key of their own are metered.',
  server_unrecognised:
    'It answers, but as no server that Tokwatt knows. Requests in a known format are metered.',
  server_loading: 'It is loading a model.',
  server_status: 'It answers with status {status}. See its log.',
  proxy_status:
    'The proxy answers with {status}: the server behind it does not answer. Is it running?',
  upstream_says: '{upstream}: {note}',
  upstream_key_refused:
    '{upstream} refuses the API key that is set for it; set another apiKey for this upstream: {words}',
  upstream_key_needed: '{upstream} needs an API key; set apiKey for this upstream: {words}',
  no_upstream_named: 'There is no upstream "{name}"; there is {names}.',
  no_upstream_there: 'There is no upstream "{name}"; /api/upstreams lists them.',
  no_upstream: 'There is no upstream.',
  no_upstream_has:
    'No upstream that answers has a model "{model}"; name one with "upstream" ({names}).',
  not_listed_yet: 'Its models are not known yet.',
  usage_rejected:
    '{upstream} rejects requests for token counts (stream_options) with {status}. They were sent again unchanged, and their output is estimated. Switch exactUsage off for this upstream. Otherwise it is asked again in an hour.',
  test_no_api:
    'The server answers {status} at {path}. It may not offer this API, or not have this model.',
  test_key:
    'The server answers {status}: it needs an API key. Set it for this upstream under Settings.',
  test_status: 'The server answers {status}.',
  it_says: '{said} It says: {words}',
} as const;

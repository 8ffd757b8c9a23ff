/** Why something could not be done, and what to do. */
export const errorSentences = {
  no_core: 'Tokwatt does not answer; is it running?',
  core_status: 'Tokwatt answered {status}.',
  outside_app: 'This page was opened outside the Tokwatt application.',
  token_letters: 'A token is made of letters, digits, dashes and underscores.',
  token_wrong: 'That is not the token. Copy it from the file again.',
  core_late: 'Tokwatt did not answer in time.',
  desktop_only: 'Only the desktop application answers this.',
  call_failed: 'This call failed inside Tokwatt; its log says why.',
  no_exchange: 'There is no exchange {id}; it may have been cleared.',
  no_capture:
    'There is no capture of {id}: captures were not on from its beginning to its end (captures.enabled in settings.json), or it was cleared.',
  not_in_flight:
    'No exchange {id} is in flight: it has finished, or there was none. GET /api/live lists those that can be cancelled.',
  just_ended:
    'The exchange {id} has just ended, so there is nothing to cancel. Its row follows in /api/activity.',
  job_exists: 'A job "{name}" exists; resume it or take another name.',
  jobs_full: 'There are {count} jobs already; delete one first.',
  no_job: 'There is no job "{name}"; start it first.',
  looks_full: 'At most {count} clients can have a name or a colour; remove one first.',
  look_unsaved:
    'The name could not be saved: is the disk full or the data folder read-only? The earlier one stays.',
  prices_unsaved:
    'The prices could not be saved: is the disk full or the data folder read-only? The earlier ones stay in force.',
  price_list_long: 'The list is longer than {size} million characters.',
  price_list_too_long: 'The list is too long.',
  price_list_no_json: 'The list is not valid JSON.',
  price_list_no_object: 'The list must be a JSON object.',
  price_list_empty:
    "The list has no model with prices for input and output tokens. It must be LiteLLM's model_prices_and_context_window.json or the api.json of models.dev.",
  price_list_models: 'The list has more than {count} models.',
  server_cannot: '{server} cannot {action}: {why}.',
  no_model: '{upstream} has no model "{model}".',
  load_failed: '{upstream} could not load "{model}"; its log says why.',
  load_slow: '{upstream} did not {verb} "{model}" within ten minutes; look at its log.',
  model_never_seen: 'No model "{model}" was ever seen; GET /api/models/overview lists all.',
  no_model_name: 'model: "{model}" is no model\'s name here.',
  answer_broke_off:
    'The answer of {upstream} broke off ({reason}). Look at its log, and ask again.',
  pull_broke_off:
    'The download of {upstream} broke off ({reason}). Start it again: what is there is kept.',
  pull_failed: 'The download failed inside Tokwatt; its log says why.',
  pull_running: '"{model}" is being downloaded to {upstream} already; wait until that has ended.',
  pull_runs_at: 'The download of "{model}" to {upstream} runs already.',
  pull_runs: 'The download of "{model}" runs already.',
  pull_done: '"{model}" is on {upstream} already.',
  pull_ended: 'The download of "{model}" has ended.',
  no_pull: 'There is no download "{id}"; GET /api/models/pulls lists them.',
  pull_not_running: 'The download of "{model}" is {status}; there is nothing to {verb}.',
  not_on_list:
    'There is no model "{model}" on the list; add it with POST /api/models/repository, or sync.',
  on_list: '"{model}" is on the list already.',
  list_full: 'The list holds at most {count} models; delete some first.',
  list_unsaved:
    'The list of models could not be saved ({code}): is the disk full or the data folder read-only?',
  library_unreachable:
    'The model library at {base} cannot be reached ({code}: {message}). Check that this machine is online, or set libraryUrl; a model whose name you know can be downloaded without it.',
  library_status: 'The model library at {base} answers with status {status}; try later.',
  library_unreadable:
    'The model library at {base} answers with a page that Tokwatt cannot read; look at {url} in a browser.',
  token_of_environment:
    'The token comes from TOKWATT_API_TOKEN: set another one there and restart, or unset it.',
  token_unsaved:
    'The new token could not be saved ({code}), the old one stays: is the disk full or the data folder read-only?',
  capture_encoding:
    'This capture is compressed with {encoding}, which this runtime cannot read; open it with the Tokwatt that stored it.',
  capture_damaged: 'This capture is damaged and cannot be read.',
} as const;

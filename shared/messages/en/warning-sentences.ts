/** Warnings, and what to do. */
export const warningSentences = {
  file_set_aside: '{file} could not be read ({fault}) and was set aside as {aside}; {without}.',
  without_keys: 'starting without API keys. Set them again',
  without_settings: 'starting with the defaults. Correct it and put it back',
  without_it: 'starting without it',
  form_unknown: 'this version does not know its form',
  is_utf16: 'it is UTF-16; save it as UTF-8',
  settings_ignored:
    '{file} has settings that do not exist and count for nothing: {names}. Correct their names or take them out.',
  is_meant: '{path} (is {likely} meant?)',
  and_more: '{names} and {count} more',
  settings_refused: '{reason} The settings from before stay in force until it is corrected.',
  error_unhandled:
    'An error was not handled: {words}. Traffic is not affected. Restart Tokwatt if something looks wrong; details are in {place}.',
  error_unhandled_times:
    'An error was not handled: {words}, {count} times by now. Traffic is not affected. Restart Tokwatt if something looks wrong; details are in {place}.',
  errors_unhandled:
    'Errors of many kinds were not handled. Traffic is not affected. Restart Tokwatt if something looks wrong; details are in {place}.',
  errors_unhandled_times:
    'Errors of many kinds were not handled, {count} times by now. Traffic is not affected. Restart Tokwatt if something looks wrong; details are in {place}.',
  shortcut_refused:
    'The keys {keys} cannot be used: another program or the desktop has them, or the desktop gives none to programs. Choose others in the settings, under "Tray and look".',
  log_on_stderr: 'the log on standard error',
  budget_share: '{share} of the budget "{name}" is used: {used}. It starts anew on {time}.',
  budget_stop:
    '{share} of the budget "{name}" is used: {used}. It starts anew on {time}. Further requests of its scope are refused until then.',
  used_day: '{spent} of {whole} today',
  used_week: '{spent} of {whole} this week',
  used_month: '{spent} of {whole} this month',
  alerts_unsent: 'Alerts cannot be sent. {message}',
  webhook_took: 'The webhook took it.',
  webhook_redirects:
    'The webhook redirects elsewhere, which is not followed; set the final address.',
  webhook_denied: 'The webhook answers with status {status}; check the headers.',
  webhook_status: 'The webhook answers with status {status}; see its own log.',
  webhook_late: 'The webhook does not answer in time; is the address right?',
  webhook_port: 'The port of the webhook is one of those that HTTP clients refuse; use another.',
  webhook_unreachable:
    'The webhook cannot be reached ({code}); does it run, and is the address right?',
  no_webhook: 'There is no webhook: set alerts.webhook.url in the settings first.',
  prices_not_read:
    'Hourly electricity prices were not read from {source}: {reason} The last prices stay in force.',
  prices_no_file: 'there is no such file.',
  prices_denied: 'Tokwatt may not read it.',
  prices_folder: 'it is a folder.',
  prices_no_answer: 'nothing answers there.',
  prices_no_name: 'its name is not known.',
  prices_late: 'it did not answer in time.',
  prices_redirect: 'it redirects; give the final address.',
  prices_unreadable: 'it could not be read.',
  prices_code: '{code}.',
  prices_status: 'it answered with status {status}.',
  prices_too_large: 'the list has more than {size} MB; give it fewer days.',
  token_prices_not_imported:
    'Token prices were not imported from {path}: {reason} The earlier ones stay in force.',
  keys_unstored:
    'The API keys could not be saved ({reason}): they are in use until Tokwatt ends. Is the disk full or the data folder read-only?',
  update_no_address:
    'There is no address to ask for newer versions; set updates.url in the settings.',
  update_unknown:
    'Whether there is a newer version could not be found out: {reason}. Check updates.url, or try again later.',
  document_form_unknown:
    '{file} has a form that this version does not know, so it is neither used nor changed. Move it away to begin a new one.',
  tariff_unsaved:
    'The new tariff could not be saved: is the disk full or the data folder read-only? Change it again once that is corrected.',
  settings_fault: 'settings.json, {fault}.',
  keys_unread: 'The API keys of the upstreams could not be read ({reason}). Set them again.',
  keys_not_taken: 'API keys could not be taken out of settings.json ({reason}).',
} as const;

/** Why the desktop cannot show the headless Tokwatt that uses its data folder. */
export const attachSentences = {
  attached_ended:
    'The headless Tokwatt that this window shows has ended. Nothing is metered, and programs that use its ports get no answers.',
  attached_silent:
    'The headless Tokwatt that this window shows does not answer; connecting again… It may be starting or stopping.',
  attached_version:
    'A headless Tokwatt {version} uses this data folder, and this desktop is {own}, which cannot show it. Start the same version of both, or open {address} in a browser.',
  attached_token:
    'The headless Tokwatt that uses this data folder has another API token than the folder says. If it was started with TOKWATT_API_TOKEN, start the desktop with the same one.',
  attached_address:
    'The headless Tokwatt that uses this data folder listens on {address}, which is not loopback, so the desktop does not send it the API token. Start it without --bind, or open its address in a browser.',
} as const;

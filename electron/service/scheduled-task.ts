import { MARK, commandLine } from './service-spec.ts';
import type { ServiceSpec } from './service-spec.ts';
import { xmlText } from './xml-text.ts';

export const TASK_NAME = 'Tokwatt';

const SETTINGS = `  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
    <Enabled>true</Enabled>
  </Settings>`;

/**
 * Returns the definition of a task for Windows' scheduler: it starts at the user's log-in, has no window, no time
 * limit, and starts again after a failure. `conhost` keeps the console of Node from being shown.
 *
 * @param user `DOMAIN\name` of the account
 */
export function scheduledTask(spec: ServiceSpec, user: string): string {
  const words = commandLine(spec).map(quoted).join(' ');
  return `<?xml version="1.0" encoding="UTF-16"?>
<!-- ${MARK} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Tokwatt, the meter of local LLM use</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${xmlText(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
${SETTINGS}
  <Actions Context="Author">
    <Exec>
      <Command>conhost.exe</Command>
      <Arguments>--headless ${xmlText(words)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** Quotes a word as Windows' programs read their command line: backslashes count only before a quote. */
function quoted(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  const escaped = word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1');
  return `"${escaped}"`;
}

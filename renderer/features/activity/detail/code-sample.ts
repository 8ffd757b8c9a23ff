import type { ActivityRecord } from '../../../../shared/usage.ts';

/** A request as code: the captured one, or a short one to the same path and model. */
export interface Sample {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** JSON text; null without a body. */
  readonly body: string | null;
}

type Asked = Pick<ActivityRecord, 'method' | 'endpoint' | 'api' | 'operation' | 'model' | 'client'>;

/** @param proxyUrl the proxy's address, without a final slash */
export function sampleOf(row: Asked, proxyUrl: string, captured: string | null): Sample {
  const headers: (readonly [string, string])[] = [];
  const body = row.method === 'GET' ? null : (captured ?? shortBody(row));
  if (body !== null) headers.push(['Content-Type', 'application/json']);
  if (row.api === 'anthropic') headers.push(['anthropic-version', '2023-06-01']);
  if (row.client.key !== null) {
    const isAnthropic = row.api === 'anthropic';
    headers.push(isAnthropic ? ['x-api-key', '$API_KEY'] : ['Authorization', 'Bearer $API_KEY']);
  }
  return { url: `${proxyUrl}${row.endpoint}`, method: row.method, headers, body };
}

/** A short question in the form of the path. */
function shortBody({ endpoint, operation, api, model }: Asked): string {
  const named = model === null ? {} : { model };
  const question = 'Hello!';
  const messages = [{ role: 'user', content: question }];
  if (operation === 'embedding') return JSON.stringify({ ...named, input: question });
  if (endpoint.endsWith('responses')) return JSON.stringify({ ...named, input: question });
  if (operation !== 'chat') return JSON.stringify({ ...named, prompt: question });
  if (endpoint.endsWith('generate')) return JSON.stringify({ ...named, prompt: question });
  if (api === 'anthropic') return JSON.stringify({ ...named, max_tokens: 256, messages });
  return JSON.stringify({ ...named, messages });
}

/** For a POSIX shell. */
export function asCurl({ url, method, headers, body }: Sample): string {
  const lines = [`curl ${method === 'POST' ? '' : `-X ${method} `}${quoted(url)}`];
  for (const [name, value] of headers) {
    // In double quotes, so that the shell puts the key in.
    lines.push(
      value.includes('$') ? `-H "${name}: ${value}"` : `-H ${quoted(`${name}: ${value}`)}`,
    );
  }
  if (body !== null) lines.push(`-d ${quoted(body)}`);
  return lines.join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** For Python 3, with its standard library alone. */
export function asPython({ url, method, headers, body }: Sample): string {
  const needsKey = headers.some(([, value]) => value.includes('$'));
  const pairs = headers.map(([name, value]) => {
    const said = value.replace('$API_KEY', '{os.environ["API_KEY"]}');
    return `    ${JSON.stringify(name)}: ${said === value ? JSON.stringify(value) : `f'${said}'`},`;
  });
  return [
    ...(needsKey ? ['import os'] : []),
    'import urllib.request',
    '',
    'request = urllib.request.Request(',
    `    ${JSON.stringify(url)},`,
    `    method=${JSON.stringify(method)},`,
    ...(pairs.length === 0
      ? []
      : ['    headers={', ...pairs.map((pair) => `    ${pair}`), '    },']),
    // The text of JSON in a JSON string is also a valid string of Python.
    ...(body === null ? [] : [`    data=${JSON.stringify(body)}.encode(),`]),
    ')',
    'with urllib.request.urlopen(request) as answer:',
    '    for line in answer:',
    '        print(line.decode(), end="")',
  ].join('\n');
}

/** For browsers, Node, Deno and Bun. */
export function asJavaScript({ url, method, headers, body }: Sample): string {
  const pairs = headers.map(([name, value]) => {
    const said = value.replace('$API_KEY', '${process.env.API_KEY}');
    return `    ${JSON.stringify(name)}: ${said === value ? JSON.stringify(value) : `\`${said}\``},`;
  });
  return [
    `const answer = await fetch(${JSON.stringify(url)}, {`,
    `  method: ${JSON.stringify(method)},`,
    ...(pairs.length === 0 ? [] : ['  headers: {', ...pairs, '  },']),
    ...(body === null ? [] : [`  body: JSON.stringify(${indented(body)}),`]),
    '});',
    'console.log(await answer.text());',
  ].join('\n');
}

/** JSON is also an expression of JavaScript. */
function indented(body: string): string {
  return JSON.stringify(JSON.parse(body), null, 2).replaceAll('\n', '\n  ');
}

// @ts-check
/**
 * Requests as bytes (one character a byte), with the number of whole requests that a strict server takes from them.
 * Sections are those of RFC 9112 unless another RFC is named.
 */

/**
 * @typedef {{ name: string, section: string, bytes: string, takes: number, exception?: string }} Vector
 *   `exception`: why Tokwatt takes it though another server does not
 */

/** Stands for the number of a vector in its heads. Numbers are as long. */
export const NUMBER = '####';

const host = `Host: 127.0.0.1\r\nX-Vector: ${NUMBER}\r\n`;
const smuggled = `GET /smuggled HTTP/1.1\r\n${host}\r\n`;

/** @param {string} line @param {string} [lines] @param {string} [body] */
const whole = (line, lines = '', body = '') => `${line}\r\n${host}${lines}\r\n${body}`;
/** @param {string} lines @param {string} [body] */
const get = (lines, body = '') => whole('GET /v HTTP/1.1', lines, body);
/** @param {string} lines @param {string} [body] */
const post = (lines, body = '') => whole('POST /v HTTP/1.1', lines, body);
/** @param {string} body */
const chunked = (body) => post('Transfer-Encoding: chunked\r\n', body);

/**
 * @param {string} section
 * @param {number} takes
 * @param {readonly (readonly [string, string])[]} cases
 * @returns {Vector[]}
 */
const group = (section, takes, cases) =>
  cases.map(([name, bytes]) => ({ name, section, bytes, takes }));

/** @type {readonly Vector[]} */
export const VECTORS = [
  ...group('3', 1, [
    ['a GET', get('')],
    ['a HEAD', whole('HEAD /v HTTP/1.1')],
    ['a POST without a body', post('Content-Length: 0\r\n')],
    ['a PUT', whole('PUT /v HTTP/1.1', 'Content-Length: 2\r\n', 'ab')],
    ['a PATCH', whole('PATCH /v HTTP/1.1', 'Content-Length: 2\r\n', 'ab')],
    ['a DELETE', whole('DELETE /v HTTP/1.1')],
    ['OPTIONS of a path', whole('OPTIONS /v HTTP/1.1')],
    ['a query', whole('GET /v?a=1&b=%20c HTTP/1.1')],
    ['a path with escapes', whole('GET /%7Eme/%C3%A9 HTTP/1.1')],
    ['a path of 4 KB', whole(`GET /${'a'.repeat(4_000)} HTTP/1.1`)],
    ['a path with dots in names', whole('GET /a.b/c..d HTTP/1.1')],
    ['an empty query', whole('GET /v? HTTP/1.1')],
    ['HTTP/1.0 with Host', whole('GET /v HTTP/1.0')],
    ['HTTP/1.0 without Host', 'GET /v HTTP/1.0\r\n\r\n'],
    ['HTTP/1.0 kept alive', whole('GET /v HTTP/1.0', 'Connection: keep-alive\r\n')],
    ['HTTP/1.0 with a body', whole('POST /v HTTP/1.0', 'Content-Length: 2\r\n', 'ab')],
  ]),
  // A server may read words apart, whatever is between them.
  ...group('3', 1, [['two spaces before the target', whole('GET  /v HTTP/1.1')]]),
  ...group('2.2', 1, [
    ['an empty line first', `\r\n${get('')}`],
    ['two empty lines first', `\r\n\r\n${get('')}`],
  ]),
  ...group('3.2', 1, [
    ['a target in absolute form', whole('GET http://127.0.0.1/v HTTP/1.1')],
    ['a target in absolute form with a port', whole('GET http://127.0.0.1:80/v HTTP/1.1')],
    ['Host with a port', `GET /v HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n`],
    ['Host as an address of IPv6', `GET /v HTTP/1.1\r\nHost: [::1]\r\n\r\n`],
    ['Host in small letters', `GET /v HTTP/1.1\r\nhost: localhost\r\n\r\n`],
    ['Host as the last line', `GET /v HTTP/1.1\r\nX-A: 1\r\nHost: localhost\r\n\r\n`],
  ]),
  ...group('5', 1, [
    ['no space behind the colon', get('X-A:1\r\n')],
    ['tabs around the value', get('X-A:\t1\t\r\n')],
    ['many spaces around the value', get('X-A:    1    \r\n')],
    ['an empty value', get('X-A:\r\n')],
    ['an empty value with a space', get('X-A: \r\n')],
    ['a value with colons', get('X-A: a:b:c\r\n')],
    ['a value with quotes', get('X-A: "a, b"\r\n')],
    ['a value in Latin-1', get('X-A: \xe9\xff\r\n')],
    ['a value of 8 KB', get(`X-A: ${'a'.repeat(8_000)}\r\n`)],
    ['all characters of a name', get("X!#$%&'*+-.^`|~09: 1\r\n")],
    ['a name of one letter', get('X: 1\r\n')],
    ['a name with an underscore', get('x_a: 1\r\n')],
    ['the same name twice', get('X-A: 1\r\nX-A: 2\r\n')],
    ['100 lines', get(Array.from({ length: 100 }, (_, n) => `X-${n}: 1\r\n`).join(''))],
    ['Connection: close', get('Connection: close\r\n')],
    ['several options of Connection', get('Connection: close, x-a\r\nX-A: 1\r\n')],
    ['an unknown protocol to upgrade to', get('Connection: upgrade\r\nUpgrade: x/1\r\n')],
  ]),
  ...group('6', 1, [
    ['a body of one byte', post('Content-Length: 1\r\n', 'a')],
    ['a body of 64 KB', post('Content-Length: 65536\r\n', 'a'.repeat(65_536))],
    ['a body that looks like a request', post(`Content-Length: ${smuggled.length}\r\n`, smuggled)],
    ['a body of a GET', get('Content-Length: 2\r\n', 'ab')],
    ['a length with zeros before it', post('Content-Length: 002\r\n', 'ab')],
    ['a length with spaces around it', post('Content-Length:  2  \r\n', 'ab')],
    ['no length and no coding', post('')],
    ['a body with all bytes', post('Content-Length: 256\r\n', allBytes())],
  ]),
  ...group('7.1', 1, [
    ['one chunk', chunked('2\r\nab\r\n0\r\n\r\n')],
    ['two chunks', chunked('1\r\na\r\n1\r\nb\r\n0\r\n\r\n')],
    ['no chunk but the last', chunked('0\r\n\r\n')],
    ['a size in capitals', chunked(`A\r\n${'a'.repeat(10)}\r\n0\r\n\r\n`)],
    ['a size in small letters', chunked(`a\r\n${'a'.repeat(10)}\r\n0\r\n\r\n`)],
    ['a size with zeros before it', chunked('0002\r\nab\r\n0\r\n\r\n')],
    ['a last size of several zeros', chunked('2\r\nab\r\n000\r\n\r\n')],
    ['a chunk that looks like the last', chunked('5\r\n0\r\n\r\n\r\n0\r\n\r\n')],
    ['a chunk of 64 KB', chunked(`10000\r\n${'a'.repeat(65_536)}\r\n0\r\n\r\n`)],
    ['an extension', chunked('2;a\r\nab\r\n0\r\n\r\n')],
    ['an extension with a value', chunked('2;a=b\r\nab\r\n0\r\n\r\n')],
    ['an extension with a quoted value', chunked('2;a="b c"\r\nab\r\n0\r\n\r\n')],
    ['an extension of the last chunk', chunked('2\r\nab\r\n0;a=b\r\n\r\n')],
    ['a trailer', chunked('2\r\nab\r\n0\r\nX-A: 1\r\n\r\n')],
    ['the coding in capitals', post('Transfer-Encoding: CHUNKED\r\n', '2\r\nab\r\n0\r\n\r\n')],
  ]),
  ...group('9.3', 2, [
    ['two requests at once', get('') + get('')],
    ['a body, then a request', post('Content-Length: 2\r\n', 'ab') + get('')],
    ['chunks, then a request', chunked('2\r\nab\r\n0\r\n\r\n') + get('')],
    ['an empty line between requests', `${get('')}\r\n${get('')}`],
    ['an empty line after a body', `${post('Content-Length: 2\r\n', 'ab')}\r\n${get('')}`],
  ]),
  ...group('9.6', 1, [
    ['a request after the last one', get('Connection: close\r\n') + smuggled],
    ['a request after one of HTTP/1.0', whole('GET /v HTTP/1.0') + smuggled],
  ]),
  ...group('3, malformed', 0, [
    ['nothing but a line', 'hello\r\n\r\n'],
    ['a method alone', `GET\r\n${host}\r\n`],
    ['no target', `GET HTTP/1.1\r\n${host}\r\n`],
    ['no version', `GET /v\r\n${host}\r\n`],
    ['HTTP/0.9', 'GET /v\r\n'],
    ['an empty method', whole(' /v HTTP/1.1')],
    ['a method with a space', whole('GE T /v HTTP/1.1')],
    ['a method in small letters', whole('get /v HTTP/1.1')],
    ['a method with brackets', whole('G(E)T /v HTTP/1.1')],
    ['a method with a NUL', whole('GE\0T /v HTTP/1.1')],
    ['an unknown method', whole('TOKWATT /v HTTP/1.1')],
    ['a method with a colon', whole('GET: /v HTTP/1.1')],
    ['a tab before the target', whole('GET\t/v HTTP/1.1')],
    ['a tab before the version', whole('GET /v\tHTTP/1.1')],
    ['a space in the target', whole('GET /v w HTTP/1.1')],
    ['a carriage return in the target', whole('GET /v\rw HTTP/1.1')],
    ['a NUL in the target', whole('GET /v\0w HTTP/1.1')],
    ['a control character in the target', whole('GET /v\x01w HTTP/1.1')],
    ['a DEL in the target', whole('GET /v\x7fw HTTP/1.1')],
    ['no slash before the target', whole('GET v HTTP/1.1')],
    ['an asterisk for a GET', whole('GET * HTTP/1.1')],
    ['a target of another scheme', whole('GET ftp://127.0.0.1/v HTTP/1.1')],
    ['a target without an authority', whole('GET http:///v HTTP/1.1')],
    ['a target with a user', whole('GET http://a@127.0.0.1/v HTTP/1.1')],
    ['a backslash for a slash', whole('GET \\v HTTP/1.1')],
    ['CONNECT', whole('CONNECT 127.0.0.1:22 HTTP/1.1')],
    ['CONNECT of a path', whole('CONNECT /v HTTP/1.1')],
    ['HTTP/2.0', whole('GET /v HTTP/2.0')],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/3.0', whole('GET /v HTTP/3.0')],
    ['HTTP/1.2', whole('GET /v HTTP/1.2')],
    ['HTTP/1', whole('GET /v HTTP/1')],
    ['HTTP/1.', whole('GET /v HTTP/1.')],
    ['HTTP/.1', whole('GET /v HTTP/.1')],
    ['HTTP/11.1', whole('GET /v HTTP/11.1')],
    ['HTTP/1.10', whole('GET /v HTTP/1.10')],
    ['HTTP/1.1x', whole('GET /v HTTP/1.1x')],
    ['HTTP 1.1', whole('GET /v HTTP 1.1')],
    ['http in small letters', whole('GET /v http/1.1')],
    ['a signed version', whole('GET /v HTTP/+1.1')],
    ['a space after the version', whole('GET /v HTTP/1.1 ')],
    ['a space before the method', ` ${get('')}`],
    ['bytes of TLS', '\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03'],
    ['a target of 200 KB', whole(`GET /${'a'.repeat(200_000)} HTTP/1.1`)],
  ]),
  {
    ...{ name: 'another protocol', section: '3, malformed', bytes: whole('GET /v RTSP/1.0') },
    ...{
      takes: 1,
      exception: "Node's parser does not tell it from HTTP/1.0; it is sent on as HTTP/1.1",
    },
  },
  ...group('2.2, malformed', 0, [
    ['a line feed alone after the request line', `GET /v HTTP/1.1\n${host}\r\n`],
    ['line feeds alone', 'GET /v HTTP/1.1\nHost: 127.0.0.1\n\n'],
    ['a line feed alone after a field', get('X-A: 1\n')],
    ['a line feed alone at the end of the head', `GET /v HTTP/1.1\r\n${host}\n`],
    ['carriage returns alone', 'GET /v HTTP/1.1\rHost: 127.0.0.1\r\r'],
    ['a carriage return alone in a value', get('X-A: 1\rX-B: 2\r\n')],
    ['two carriage returns at the end of a line', get('X-A: 1\r\r\n')],
    ['a space before the first field', `GET /v HTTP/1.1\r\n X-A: 1\r\n${host}\r\n`],
    ['a NUL first', `\0${get('')}`],
  ]),
  ...group('3.2, malformed', 0, [
    ['no Host', 'GET /v HTTP/1.1\r\n\r\n'],
    ['two Hosts', get('Host: 127.0.0.1\r\n')],
    ['two Hosts in other letters', get('hOST: 127.0.0.1\r\n')],
    ['two different Hosts', get('Host: evil.example\r\n')],
    ['two Hosts in one', 'GET /v HTTP/1.1\r\nHost: 127.0.0.1, evil.example\r\n\r\n'],
    ['Host with a path', 'GET /v HTTP/1.1\r\nHost: 127.0.0.1/x\r\n\r\n'],
    ['Host with a user', 'GET /v HTTP/1.1\r\nHost: a@127.0.0.1\r\n\r\n'],
    ['Host with a space', 'GET /v HTTP/1.1\r\nHost: 127.0.0.1 x\r\n\r\n'],
    ['Host of a stranger', 'GET /v HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['a target of a stranger', whole('GET http://evil.example/v HTTP/1.1')],
    ['Host without a bracket', 'GET /v HTTP/1.1\r\nHost: [::1\r\n\r\n'],
    ['a space before the colon of Host', 'GET /v HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n'],
  ]),
  ...group('5, malformed', 0, [
    ['a space before a colon', get('X-A : 1\r\n')],
    ['a tab before a colon', get('X-A\t: 1\r\n')],
    ['a folded line', get('X-A: 1\r\n 2\r\n')],
    ['a line folded by a tab', get('X-A: 1\r\n\t2\r\n')],
    ['no colon', get('X-A\r\n')],
    ['an empty name', get(': 1\r\n')],
    ['a space in a name', get('X A: 1\r\n')],
    ['brackets in a name', get('X(A): 1\r\n')],
    ['a quote in a name', get('X"A: 1\r\n')],
    ['a slash in a name', get('X/A: 1\r\n')],
    ['an at in a name', get('X@A: 1\r\n')],
    ['a NUL in a name', get('X\0A: 1\r\n')],
    ['a byte beyond ASCII in a name', get('X\xe9: 1\r\n')],
    ['a NUL in a value', get('X-A: 1\x002\r\n')],
    ['a control character in a value', get('X-A: 1\x012\r\n')],
    ['an escape in a value', get('X-A: \x1b[1m\r\n')],
    ['a DEL in a value', get('X-A: 1\x7f\r\n')],
    ['a value of 200 KB', get(`X-A: ${'a'.repeat(200_000)}\r\n`)],
    ['a name of 200 KB', get(`${'a'.repeat(200_000)}: 1\r\n`)],
  ]),
  ...group('6.2, malformed', 0, [
    ['two equal lengths', post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab')],
    ['two different lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', 'abc')],
    ['a list of equal lengths', post('Content-Length: 2, 2\r\n', 'ab')],
    ['a list of different lengths', post('Content-Length: 2, 3\r\n', 'abc')],
    ['a length with a plus', post('Content-Length: +2\r\n', 'ab')],
    ['a negative length', post('Content-Length: -2\r\n', 'ab')],
    ['a length as in a program', post('Content-Length: 0x2\r\n', 'ab')],
    ['a length with a fraction', post('Content-Length: 2.0\r\n', 'ab')],
    ['a length with an exponent', post('Content-Length: 2e0\r\n', 'ab')],
    ['a length with a separator', post('Content-Length: 1_0\r\n', 'a'.repeat(10))],
    ['a length in two words', post('Content-Length: 1 2\r\n', 'a'.repeat(12))],
    ['a length with letters', post('Content-Length: 2ab\r\n', 'ab')],
    ['an empty length', post('Content-Length:\r\n', 'ab')],
    ['a length beyond 64 bits', post('Content-Length: 18446744073709551618\r\n', 'ab')],
    ['a length with a NUL', post('Content-Length: 2\x00\r\n', 'ab')],
    ['a length in other digits', post('Content-Length: \xb2\r\n', 'ab')],
    ['a length in quotes', post('Content-Length: "2"\r\n', 'ab')],
    ['a space before the colon of a length', post('Content-Length : 2\r\n', 'ab')],
    ['a folded length', post('Content-Length:\r\n 2\r\n', 'ab')],
    ['a body that is too short', post('Content-Length: 9\r\n', 'ab')],
  ]),
  ...group('6.1, smuggling', 0, [
    ...twoLengths(),
    ...codings(),
    [
      'the coding twice',
      post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
    ],
    [
      'chunked, then another coding',
      post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'),
    ],
    [
      'chunks in HTTP/1.0',
      whole('POST /v HTTP/1.0', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    ],
  ]),
  ...group('7.1, malformed', 0, [
    ['a size that is no number', chunked('zz\r\nab\r\n0\r\n\r\n')],
    ['an empty size', chunked('\r\nab\r\n0\r\n\r\n')],
    ['a negative size', chunked('-2\r\nab\r\n0\r\n\r\n')],
    ['a size with a plus', chunked('+2\r\nab\r\n0\r\n\r\n')],
    ['a size as in a program', chunked('0x2\r\nab\r\n0\r\n\r\n')],
    ['a size with a separator', chunked('1_0\r\naaaaaaaaaaaaaaaa\r\n0\r\n\r\n')],
    ['a size beyond 64 bits', chunked('10000000000000002\r\nab\r\n0\r\n\r\n')],
    ['a size with a space before it', chunked(' 2\r\nab\r\n0\r\n\r\n')],
    ['a chunk longer than its size', chunked(`2\r\nabc\r\n0\r\n\r\n${smuggled}`)],
    ['a chunk shorter than its size', chunked(`3\r\nab\r\n0\r\n\r\n`)],
    ['no line after a chunk', chunked('2\r\nab0\r\n\r\n')],
    ['a line feed alone after a size', chunked('2\nab\r\n0\r\n\r\n')],
    ['a line feed alone after a chunk', chunked('2\r\nab\n0\r\n\r\n')],
    ['a carriage return alone after a size', chunked('2\rab\r\n0\r\n\r\n')],
    ['other bytes for the line after a chunk', chunked('2\r\nabXX0\r\n\r\n')],
    ['a carriage return in an extension', chunked('2;a\rb\r\nab\r\n0\r\n\r\n')],
    ['a line feed in an extension', chunked('2;a\nb\r\nab\r\n0\r\n\r\n')],
    ['extensions of 200 KB', chunked(`2;${'a'.repeat(200_000)}\r\nab\r\n0\r\n\r\n`)],
    ['a trailer with a space in its name', chunked('2\r\nab\r\n0\r\nX A: 1\r\n\r\n')],
    ['a trailer without a colon', chunked('2\r\nab\r\n0\r\nX-A\r\n\r\n')],
    ['a trailer with a NUL', chunked('2\r\nab\r\n0\r\nX-A: 1\x00\r\n\r\n')],
    ['no last chunk', chunked('2\r\nab\r\n')],
    ['no end of the trailers', chunked('2\r\nab\r\n0\r\n')],
  ]),
];

/** A length and a coding in one request, in both orders and several spellings. @returns {[string, string][]} */
function twoLengths() {
  const length = (/** @type {number} */ bytes) => `Content-Length: ${bytes}\r\n`;
  const coding = 'Transfer-Encoding: chunked\r\n';
  const short = '0\r\n\r\n';
  const body = `${short}${smuggled}`;
  return [
    ['a length, then chunks', post(`${length(body.length)}${coding}`, body)],
    ['chunks, then a length', post(`${coding}${length(body.length)}`, body)],
    ['chunks, then a length of the first chunk', post(`${coding}${length(5)}`, body)],
    ['a length of 0, then chunks', post(`${length(0)}${coding}`, body)],
    ['a length that no number is, then chunks', post(`Content-Length: x\r\n${coding}`, body)],
  ];
}

/** Spellings of a coding that some servers take for chunked and others do not. @returns {[string, string][]} */
function codings() {
  const body = `0\r\n\r\n${smuggled}`;
  const names = /** @type {const} */ ([
    ['an unknown coding', 'Transfer-Encoding: xchunked'],
    ['chunked in quotes', 'Transfer-Encoding: "chunked"'],
    ['a parameter of chunked', 'Transfer-Encoding: chunked;q=1'],
    ['identity', 'Transfer-Encoding: identity'],
    ['chunked before another coding', 'Transfer-Encoding: chunked, identity'],
    ['chunked after another coding', 'Transfer-Encoding: gzip, chunked'],
    ['chunked in a list with nothing', 'Transfer-Encoding: chunked,'],
    ['chunked after nothing', 'Transfer-Encoding: , chunked'],
    ['chunked twice in a list', 'Transfer-Encoding: chunked, chunked'],
    ['a folded coding', 'Transfer-Encoding:\r\n chunked'],
    ['a space before the colon of a coding', 'Transfer-Encoding : chunked'],
    ['a vertical tab before chunked', 'Transfer-Encoding: \x0bchunked'],
    ['a NUL after chunked', 'Transfer-Encoding: chunked\x00'],
    ['a carriage return before chunked', 'Transfer-Encoding: \rchunked'],
    ['chunked in Latin-1', 'Transfer-Encoding: chunke\xf0'],
    ['an empty coding', 'Transfer-Encoding:'],
    ['a line feed before the coding', 'X-A: 1\nTransfer-Encoding: chunked'],
  ]);
  return names.map(([name, line]) => [name, post(`${line}\r\n`, body)]);
}

function allBytes() {
  return Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
}

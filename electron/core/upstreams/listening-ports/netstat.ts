/**
 * A listener of macOS (`tcp4 0 0 127.0.0.1.11434 *.* LISTEN`) or Windows (`TCP 127.0.0.1:11434
 * 0.0.0.0:0 LISTENING`). The words of a state depend on the language on Windows, so the other end
 * tells: a listener has none.
 */
const LISTENER =
  /^\s*tcp\S*\s+(?:\d+\s+\d+\s+)?(\S+)[.:](\d+)\s+(?:\*\.\*|0\.0\.0\.0:0|\[::\]:0)\s/gim;
const LOOPBACK = /^(\*|0\.0\.0\.0|127\.[\d.]+|::1?|\[::1?\])$/;

/** The ports in the output of `netstat -an` on which something listens for loopback. */
export function parseNetstat(text: string): number[] {
  return [...text.matchAll(LISTENER)]
    .filter(([, address = '']) => LOOPBACK.test(address))
    .map(([, , port]) => Number(port));
}

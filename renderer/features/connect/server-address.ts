/** The address that was meant: `localhost:8080` becomes `http://localhost:8080`, `…/v1` its server. */
export function serverAddress(typed: string): string {
  const text = typed.trim();
  const address = text === '' || /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  return address.replace(/\/(v1\/?)?$/, '');
}

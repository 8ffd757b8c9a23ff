/** The window's page with an address in its hash, such as `/alerts?rule=x`. */
export function withAddress(pageUrl: string, address: string | null): string {
  return address === null ? pageUrl : `${pageUrl}#${address}`;
}

/** True if a page's URL shows the same page as an address, whatever the query of both is. */
export function showsPage(url: string, address: string): boolean {
  const at = url.indexOf('#');
  return at !== -1 && pathOf(url.slice(at + 1)) === pathOf(address);
}

function pathOf(address: string): string {
  return address.split('?', 1)[0] ?? '';
}

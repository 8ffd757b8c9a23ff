import { createHash } from 'node:crypto';
import { chooseLocale } from '../../shared/messages/messages.ts';
import type { Locale } from '../../shared/messages/messages.ts';
import type { Language } from '../../shared/appearance.ts';
import { crashedPage as de } from '../../shared/messages/de/crashed-page.ts';
import { crashedPage as en } from '../../shared/messages/en/crashed-page.ts';
import { crashedPage as zhCn } from '../../shared/messages/zh-CN/crashed-page.ts';

/** The page's path under the application's origin. */
export const CRASHED_PATH = '/crashed';

const TEXTS: Readonly<Record<Locale, typeof en>> = { en, de, 'zh-CN': zhCn };

/** The colours and sizes of `renderer/theme`, whose files this page must not depend on. */
const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: start; gap: 12px;
  padding: 32px; box-sizing: border-box; background: light-dark(#fcfcfb, #151618);
  color: light-dark(#1b1c1e, #e9e9e7);
  font: 0.8125rem/20px system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif; }
h1 { margin: 0; font-size: 0.875rem; font-weight: 600; }
p { margin: 0; max-width: 28rem; color: light-dark(#50545a, #b4b7bc); }
a { padding: 4px 12px; border: 1px solid light-dark(#8b8e92, #6f737b); border-radius: 4px;
  color: inherit; text-decoration: none; }
a:focus-visible { outline: 2px solid light-dark(#1a5fd0, #7fb3ff); outline-offset: 2px; }
`;

/** The page runs no script and loads nothing. Its one link leads back to the window's page. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The page that replaces the window's page after it ended too often. */
export function crashedPage(language: Language, preferred: readonly string[]): Response {
  const locale = language === 'system' ? chooseLocale(preferred) : language;
  const { title, text, retry } = TEXTS[locale];
  const html = `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<title>Tokwatt</title>
<style>${STYLE}</style>
<h1>${title}</h1>
<p>${text}</p>
<a href="/" role="button" autofocus>${retry}</a>
</html>
`;
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}

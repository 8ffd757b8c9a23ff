import type { Hono } from 'hono';

/**
 * Answers a request of the desktop's own page without a connection. It passes the same checks as a
 * request over HTTP with the token, so there is one API and not two. Reading of a streamed answer
 * may be cancelled, which aborts the request like a closed connection.
 */
export async function askDirectly(
  app: Hono,
  {
    request,
    url,
    token,
  }: { readonly request: Request; readonly url: string; readonly token: string },
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const gone = new AbortController();
  const answer = await app.fetch(
    new Request(new URL(`${pathname}${search}`, url), {
      method: request.method,
      headers: headersOf(request, new URL(url).host, token),
      body: request.body === null ? null : await request.arrayBuffer(),
      signal: gone.signal,
    }),
  );
  if (answer.body === null) return answer;
  return new Response(
    cancellable(answer.body, () => gone.abort()),
    answer,
  );
}

function headersOf(request: Request, host: string, token: string): Headers {
  const headers = new Headers({ host, authorization: `Bearer ${token}` });
  for (const name of ['accept', 'content-type']) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

/** Passes a body on, and tells when its reader leaves before the end. */
function cancellable(
  body: ReadableStream<Uint8Array>,
  onCancel: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      onCancel();
      await reader.cancel(reason);
    },
  });
}

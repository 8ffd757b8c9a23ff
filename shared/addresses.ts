/** Schemas for the addresses of exporters. */
import * as v from 'valibot';

/** An absolute http(s) URL without user name, query or fragment: secrets belong in headers. */
export const httpUrl = v.pipe(
  v.string(),
  v.url('must be an http:// or https:// address'),
  v.regex(/^https?:\/\/[^@?#]+$/i, 'must be http(s), without user name, query or fragment'),
);

/** Header names and values. The values are never shown again. */
export const secretHeaders = v.record(
  v.pipe(v.string(), v.regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be a header name')),
  v.pipe(v.string(), v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be a header value')),
);

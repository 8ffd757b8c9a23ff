import * as v from 'valibot';

/** The id of an exchange in flight. */
export const exchangeIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-z]{1,20}-[0-9]{1,15}$/));

/** The usage reporter: the section `reporter` of the settings. Off until an address is set. */
import * as v from 'valibot';
import { httpUrl, secretHeaders } from './addresses.ts';
import { UPDATE_MODES } from './app-update.ts';

export const reporterSchema = v.object({
  /** Receives the usage of each period as a POST; null sends nothing. */
  url: v.optional(v.nullable(httpUrl), null),
  headers: v.optional(secretHeaders, {}),
  intervalMinutes: v.optional(
    v.pipe(
      v.number('must be a number of minutes'),
      v.minValue(1, 'must be a minute or more'),
      v.maxValue(10_080, 'must be at most a week'),
    ),
    60,
  ),
});

export const updatesSchema = v.object({
  /** Of the installed desktop, from where its packages come. Off until the user chooses: asking tells an address. */
  mode: v.optional(v.picklist(UPDATE_MODES), 'off'),
  /** Checks for a newer version once a day. Null until the user was asked. */
  check: v.optional(v.nullable(v.boolean()), null),
  /**
   * Must answer with `{"version": "1.2.3"}`, or a release in the form of common forges
   * (`tag_name`).
   */
  url: v.optional(v.nullable(httpUrl), null),
});

export type ReporterSettings = v.InferOutput<typeof reporterSchema>;
export type UpdateSettings = v.InferOutput<typeof updatesSchema>;

/** What the checks of the pages read of the newest answer of each path of the API. */
export interface Answers {
  readonly history: { readonly total: { readonly requests: readonly (number | null)[] } };
  readonly activity: { readonly activity: readonly { readonly id: number }[] };
  readonly 'models/overview': { readonly models: readonly { readonly name: string }[] };
  readonly 'models/best': { readonly by_energy: readonly { readonly name: string }[] };
  readonly clients: {
    readonly clients: readonly { readonly name: string | null; readonly requests: number }[];
  };
  readonly 'gpu/devices': { readonly devices: readonly { readonly name: string }[] };
  readonly 'gpu/history': { readonly points: readonly unknown[] };
  readonly 'energy/days': { readonly days: readonly unknown[] };
}

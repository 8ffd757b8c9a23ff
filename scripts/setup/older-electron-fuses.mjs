// @ts-check
/**
 * A hook of electron-builder, for package.mjs alone: an Electron before 29 has no fuse for the file protocol's
 * privileges, and electron-builder fails where it is asked to set it. The others stay as electron-builder.yml says.
 * @param {{ packager: { config: { electronFuses?: Record<string, unknown> | null } } }} context
 */
export function afterExtract(context) {
  const fuses = context.packager.config.electronFuses;
  if (fuses) fuses.grantFileProtocolExtraPrivileges = null;
}

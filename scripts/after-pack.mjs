// @ts-check
/** A hook of electron-builder, named in electron-builder.yml; it runs right before the fuses are set. */

/** The first Electron whose fuse wire has `grantFileProtocolExtraPrivileges`. */
const FILE_PRIVILEGE_FUSE_SINCE = 29;

/**
 * Leaves out the fuse that an older Electron does not have: setting it would fail the package. Only the Electron for
 * development and tests is that old, and Tokwatt loads no `file:` address in any case.
 * @param {import('app-builder-lib').AfterPackContext} context
 */
export function afterPack({ packager }) {
  const fuses = packager.config.electronFuses;
  const major = Number.parseInt(packager.info.framework.version, 10);
  if (major < FILE_PRIVILEGE_FUSE_SINCE) delete fuses?.grantFileProtocolExtraPrivileges;
}

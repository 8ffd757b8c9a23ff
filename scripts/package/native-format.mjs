// @ts-check
/** Tells from a native file's header for which system and processor it was built. */

/** e_machine of ELF, Machine of PE and cputype of Mach-O, by Node's names of the processors. */
const elfMachines = new Map([
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
  [0x28, 'arm'],
  [0x03, 'ia32'],
]);
const peMachines = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
  [0x014c, 'ia32'],
]);
const machoTypes = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);
const machoMagic = 0xfeedfacf;
/** The dynamic string table of a library that was linked against musl holds its name, `libc.musl-x86_64.so.1`. */
const muslName = 'libc.musl';

/**
 * @param {Buffer} file
 * @returns {string} `linux-x64`, `linux-x64-musl`, `darwin-arm64`, `win32-x64`, …; `unknown` for anything else
 */
export function nativeFormat(file) {
  if (file.length < 64) return 'unknown';
  if (file.readUInt32BE(0) === 0x7f454c46) {
    const arch = elfMachines.get(file.readUInt16LE(18)) ?? 'unknown';
    // Musl's libraries may also name their C library just `libc.so`, which glibc's never do.
    const isMusl = file.includes(muslName) || file.includes('\0libc.so\0');
    return `linux-${arch}${isMusl ? '-musl' : ''}`;
  }
  if (file.readUInt32LE(0) === machoMagic) {
    return `darwin-${machoTypes.get(file.readUInt32LE(4)) ?? 'unknown'}`;
  }
  if (file.toString('latin1', 0, 2) === 'MZ') {
    const header = file.readUInt32LE(0x3c);
    const isPe = header + 6 <= file.length && file.readUInt32LE(header) === 0x4550;
    if (isPe) return `win32-${peMachines.get(file.readUInt16LE(header + 4)) ?? 'unknown'}`;
  }
  return 'unknown';
}

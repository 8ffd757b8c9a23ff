/** The fields of a line that are read, by their position (proc_pid_net(5)). */
const LOCAL = 1;
const STATE = 3;
/** TCP_LISTEN of the kernel. */
const LISTEN = '0A';
/** 127.0.0.0/8 and any address in IPv4; `::1`, `::` and both IPv4 forms in IPv6, as the kernel prints them. */
const LOOPBACK =
  /^(00000000|[0-9A-F]{6}7F|0{32}|0{24}01000000|0{16}FFFF0000(00000000|[0-9A-F]{6}7F))$/;

/** The ports of `/proc/net/tcp` or `tcp6` on which something listens for loopback. */
export function parseProcNetListeners(text: string): number[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = '', port = ''] = (fields[LOCAL] ?? '').split(':');
      const isReachable = fields[STATE] === LISTEN && LOOPBACK.test(address);
      return isReachable ? [Number.parseInt(port, 16)] : [];
    });
}

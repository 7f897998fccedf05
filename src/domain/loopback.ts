const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether it is this machine, as a URL's hostname names it: what is sent there does not leave it. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** Resolves before the next frame is made. */
export function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Resolves when the frame that is made now has been painted: the browser's tasks run after it. */
export function afterPaint(): Promise<unknown> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}

/** Resolves when the next frame has been painted. */
export async function painted(): Promise<void> {
  await nextFrame();
  await afterPaint();
}

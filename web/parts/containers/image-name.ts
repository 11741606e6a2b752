/** An image without its registry, for lists: `immich-app/immich-server:v1.121.0`. A bare ID is cut. */
export function imageName(image: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(image)) return image.slice(7, 19);
  const slash = image.indexOf('/');
  const first = slash === -1 ? '' : image.slice(0, slash);
  const isRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  return isRegistry ? image.slice(slash + 1) : image;
}

/**
 * A user code to be read aloud, letter by letter: `WDJB-MJHT` becomes `W D J B - M J H T`. A long code without a pause
 * of its own gets one every four characters, or every three where that leaves no stump.
 */
export function speakableUserCode(userCode: string): string {
  return userCode
    .split(/[\s\p{Pd}_.]+/u)
    .filter((group) => group !== '')
    .flatMap(inBreaths)
    .map((group) => group.join(' '))
    .join(' - ');
}

const LONGEST_BREATH = 5;

function inBreaths(group: string): string[][] {
  const characters = Array.from(group);
  if (characters.length <= LONGEST_BREATH) return [characters];
  const size = characters.length % 4 !== 0 && characters.length % 3 === 0 ? 3 : 4;
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size),
  );
}

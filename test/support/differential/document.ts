import type { ListedDifference } from './differences.ts';

const INTRODUCTION = `# What differs from the Python plugin

\`ovos-oauth\` takes the place of \`ovos-phal-plugin-oauth\` (0.1.3) message for message. This page lists every difference
that a program on the bus, a reader of the two OVOS files or a browser at the callback can see.

It is written from a list that a test holds against the two: \`test/integration/differential.test.ts\` lets one Python
program drive the real Python plugin and this broker through the whole API, each on a real bus and with a real
authorization server, and compares all messages with their contexts, both files after every step, the QR codes and the
pages. A difference that is not here fails the test, and so does an entry here that is no longer true.

The broker also speaks and is spoken to, which the plugin is not ([voice.md](voice.md)). It sends \`speak\` and registers
intents; with the setting \`voice\` \`off\`, as in that test, it sends neither.
`;

/** docs/differences.md */
export function documentDifferences(list: readonly ListedDifference[]): string {
  const areas = [...new Set(list.map(({ area }) => area))];
  const sections = areas.map((area) => {
    const entries = list.filter((entry) => entry.area === area).map(describe);
    return `## ${area}\n\n${entries.join('\n')}`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function describe({ title, python, broker, reason }: ListedDifference): string {
  return `### ${title}

- **The Python plugin**: ${python}
- **ovos-oauth**: ${broker}
- **Why**: ${reason}
`;
}

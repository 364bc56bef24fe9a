import { Argument } from 'commander';
import type { CommandFile } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { type CompletedCommand, completionTree } from '../completion/tree.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandProcess } from '../process.ts';

const SHELLS = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} satisfies Record<string, (tree: CompletedCommand) => string>;

export const register: CommandFile['register'] = (program, runs) => {
  program
    .command('completion')
    .description('print a script by which a shell completes what is typed')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .action(runs((process, shell: keyof typeof SHELLS) => completion(process, shell)));
};

async function completion(process: CommandProcess, shell: keyof typeof SHELLS): Promise<ExitCode> {
  // Loaded here: this command is one of those that it puts together.
  const { createProgram } = await import('../program.ts');
  const program = await createProgram(process, () => () => Promise.resolve());
  process.print(SHELLS[shell](completionTree(program)).trimEnd());
  return EXIT.ok;
}

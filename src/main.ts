#!/usr/bin/env node
import { runCommand } from './cli/program.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

process.exit(
  await runCommand(process.argv.slice(2), {
    env: process.env,
    print: (text) => process.stdout.write(`${text}\n`),
    printError: (text) => process.stderr.write(`${text}\n`),
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
    },
    onUncaught(listener) {
      process.on('uncaughtException', listener);
      process.on('unhandledRejection', listener);
    },
    async createDaemon(settings, options) {
      const { createDaemon } = await import('./daemon.ts');
      return createDaemon(settings, options);
    },
  }),
);

#!/usr/bin/env node
import { runCommand } from './cli/program.ts';
import { nodeProcess } from './node-process.ts';

process.exit(await runCommand(process.argv.slice(2), nodeProcess));

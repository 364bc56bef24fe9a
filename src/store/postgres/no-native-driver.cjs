// In place of `pg-native`, which needs a compiler: pg goes without it where it is not there.
throw Object.assign(new Error('pg-native is not a part of this program.'), { code: 'MODULE_NOT_FOUND' });

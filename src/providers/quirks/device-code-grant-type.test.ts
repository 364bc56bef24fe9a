import { expect, it } from 'vitest';
import { TokenEndpoint } from '../../../test/support/token-endpoint.ts';
import { withQuirks } from './index.ts';

it('calls the device flow by the name that Home Connect knows, and other grants by theirs', async () => {
  const homeConnect = await TokenEndpoint.start(({ form }) => ({ body: { grant: form.get('grant_type') } }));
  const bent = withQuirks(fetch, ['device_code_grant_type']);
  const grantSeen = async (grant: string): Promise<unknown> => {
    const response = await bent(`${homeConnect.origin}/security/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: grant, device_code: 'd' }),
    });
    return response.json();
  };

  await expect(grantSeen('urn:ietf:params:oauth:grant-type:device_code')).resolves.toEqual({
    grant: 'device_code',
  });
  await expect(grantSeen('refresh_token')).resolves.toEqual({ grant: 'refresh_token' });
});

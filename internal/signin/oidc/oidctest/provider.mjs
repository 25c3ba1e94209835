// A certified provider of OpenID Connect (panva's oidc-provider) for tests. Its people are whoever one says one is on its page:
// "marie@exemple.nc" has that address; "neuf-…" has one that is not verified, "muet" has none. It writes one line of JSON once it
// answers, and ends with its standard input.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const o = JSON.parse(process.env.GRAPPE_OIDCTEST);
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: o.id, client_secret: o.secret, redirect_uris: o.redirects, response_types: ['code'], grant_types: ['authorization_code'],
    token_endpoint_auth_method: o.post ? 'client_secret_post' : 'client_secret_basic',
  }],
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'test' }] },
  cookies: { keys: ['tests only'] },
  clientAuthMethods: [o.post ? 'client_secret_post' : 'client_secret_basic'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: !o.mailInToken, // else the mail address is in userinfo alone
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/qui/${interaction.uid}` },
  ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 600, Session: 600, Grant: 600 },
  findAccount: (_, login) => ({
    accountId: login,
    claims: () => ({
      sub: createHash('sha256').update(login).digest('hex').slice(0, 20),
      name: `Personne ${login.split('@')[0]}`,
      ...(login === 'muet' ? {} : { email: login, email_verified: !login.startsWith('neuf-') }),
    }),
  }),
  // Everybody consents, once they have said who they are.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});

const page = (uid, hint) => `<!doctype html><html lang="fr"><title>Fournisseur de test</title><h1>Fournisseur de test</h1>
<form method="post" action="/qui/${uid}"><label>Qui êtes-vous ? <input name="login" value="${hint}" autofocus></label>
<button name="answer" value="yes">Continuer</button> <button name="answer" value="no">Annuler</button></form>`;

async function interact(req, res) {
  const { uid, params } = await provider.interactionDetails(req, res);
  if (req.method !== 'POST') {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end(page(uid, (params.login_hint ?? '').replace(/[^\w.@-]/g, '')));
    return;
  }
  let body = '';
  for await (const chunk of req) body += chunk;
  const said = new URLSearchParams(body);
  const result = said.get('answer') === 'no'
    ? { error: 'access_denied', error_description: 'the person said no <script>' }
    : { login: { accountId: said.get('login') } };
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
server.on('request', (req, res) => {
  if (!req.url.startsWith('/qui/')) return answer(req, res);
  return interact(req, res).catch((error) => { res.statusCode = 400; res.end(String(error)); });
});
process.stdin.on('end', () => process.exit(0)).resume();
console.log(JSON.stringify({ issuer }));

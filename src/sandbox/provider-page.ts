/** The login and consent page of the sandbox provider. */
export function sandboxPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sandbox provider</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 10vh auto; padding: 0 1rem }
button { font: inherit; padding: .6rem 1.2rem; margin: .5rem .5rem 0 0; cursor: pointer }
</style>
</head>
<body>
<main>
<h1>Sandbox provider</h1>
<p>In real life this page belongs to a service such as a music or calendar provider. This one is a toy that runs on your
own computer: there is no password.</p>
<p>The sandbox skill of your voice assistant asks to sign you in.</p>
<form method="post">
<button name="answer" value="allow" autofocus>Sign in and allow</button>
<button name="answer" value="deny">Decline</button>
</form>
</main>
</body>
</html>
`;
}

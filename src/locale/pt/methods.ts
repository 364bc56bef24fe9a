import type { MethodWords } from '../method-words.ts';

export const methods: MethodWords = {
  names: {
    device: 'Entrar com um código',
    lan: 'Entrar e voltar direto',
    relay: 'Entrar por uma página de retorno',
    paste: 'Entrar e copiar um endereço',
    loopback: 'Entrar com um navegador no dispositivo',
    shell: 'Entrar na tela do dispositivo',
  },
  reasons: {
    device_flow_best:
      'Você digita um código curto em {provider}, neste ou em qualquer outro celular ou computador.',
    device_flow_missing: '{provider} não oferece acesso com um código.',
    device_flow_limited: '{provider} não dá essa permissão a quem entra com um código.',
    same_machine: 'O navegador está no próprio dispositivo.',
    other_machine: 'Isso só funciona em um navegador no próprio dispositivo.',
    in_the_shell: 'A tela do dispositivo mostra a página de {provider}.',
    no_shell: 'Isso só funciona na tela do próprio dispositivo.',
    provider_takes_lan: 'Você entra em {provider} e volta direto para cá.',
    provider_may_take_lan: 'Você entra em {provider} e volta direto para cá, se {provider} permitir.',
    provider_refuses_lan: '{provider} não manda ninguém de volta a um endereço de uma rede doméstica.',
    no_lan_address: 'O dispositivo não tem endereço na sua rede doméstica.',
    relay_configured: 'Você entra em {provider} e volta pela página de retorno deste dispositivo.',
    no_relay: 'Nenhuma página de retorno está configurada para este dispositivo.',
    relay_refuses_address:
      'A página de retorno só leva a endereços privados, e este dispositivo não tem nenhum.',
    provider_refuses_https: '{provider} não manda ninguém de volta por uma página na web.',
    provider_refuses_loopback: '{provider} não permite o endereço 127.0.0.1, que é necessário nesta forma.',
    client_id_binds_redirect: '{provider} só permite o endereço deste dispositivo na sua rede doméstica.',
    paste_always_works:
      'Você entra em {provider}, copia o endereço da página que aparece depois e cola aqui.',
    paste_last_resort: 'Funciona, mas exige mais passos do que as outras formas.',
  },
};

import type { DoctorWords } from '../doctor-words.ts';

export const doctor: DoctorWords = {
  groups: {
    broker: 'Broker',
    bus: 'Barramento de mensagens',
    plugin: 'Plugin Python',
    network: 'Rede',
    firewall: 'Firewall',
    clock: 'Hora',
    store: 'Arquivos',
    apps: 'Aplicativos',
    connections: 'Conexões',
    relay: 'Página de retorno',
  },
  levels: { ok: 'ok', warning: 'aviso', problem: 'problema' },
  findings: {
    broker_running: 'O broker está em execução (versão {version}, processo {pid}).',
    broker_not_running: 'O broker não está em execução: ninguém entra e nenhum token é renovado.',
    broker_outdated: 'O broker em execução é a versão {running}, mas a {installed} está instalada.',
    check_timed_out: 'Não foi possível verificar isto em {seconds} segundos.',
    check_failed: 'Não foi possível verificar isto ({reason}).',

    bus_ok: 'O barramento de mensagens responde em {host}:{port}.',
    bus_encrypted_ok:
      'O barramento de mensagens responde em {host}:{port}, e as mensagens dele são cifradas com a nossa chave.',
    bus_unreachable: 'Não é possível acessar o barramento de mensagens em {host}:{port} ({reason}).',
    bus_silent: 'O barramento de mensagens em {host}:{port} aceita uma mensagem, mas não a repassa.',
    bus_other_key: 'As mensagens no barramento são cifradas com uma chave diferente da nossa.',
    bus_key_missing: 'As mensagens no barramento são cifradas, mas nenhuma chave está definida aqui.',
    bus_plain_messages:
      'Há uma chave definida aqui, mas as mensagens no barramento não são cifradas e são descartadas. Defina a chave para todos os programas ou permita mensagens não cifradas.',
    broker_not_on_bus: 'O broker está em execução, mas não responde no barramento de mensagens.',
    brokers_several: '{count} brokers respondem no barramento de mensagens. Só pode haver um.',

    plugin_absent: 'O plugin Python não está instalado aqui, e nada mais responde no lugar do broker.',
    plugin_disabled: 'O plugin Python {version} está instalado, mas desativado.',
    plugin_answers:
      'Outra coisa responde como serviço OAuth, provavelmente o plugin Python: dois programas disputam cada acesso.',
    plugin_enabled:
      'O plugin Python {version} está instalado e não está desativado: o PHAL vai carregá-lo ao lado do broker.',
    plugin_enabled_as_admin: 'O plugin Python {version} está ativado no PHAL de administração.',

    port_ours: 'O broker responde na porta {port}.',
    port_free: 'A porta {port} está livre.',
    port_taken: 'Outro programa ocupa a porta {port} ({reason}).',
    port_forbidden: 'Este usuário não pode usar a porta {port}: as abaixo de 1024 são do root.',
    port_not_ours: 'O broker está em execução, mas na porta {port} outra coisa responde, ou nada.',
    port_loopback_only: 'As páginas só estão em {host}: um celular não consegue abri-las.',
    lan_reachable:
      'As páginas podem ser abertas em {host}:{port}, o endereço para onde os celulares são enviados.',
    lan_unreachable: 'Nada responde em {host}:{port}, o endereço para onde os celulares são enviados.',
    lan_address: 'Os celulares são enviados para {host}.',
    lan_address_missing: 'Este dispositivo não tem endereço em nenhuma rede: nenhum celular o alcança.',
    lan_address_elsewhere: 'Os celulares são enviados para {host}, que não é um endereço deste dispositivo.',
    lan_addresses_several:
      'Os celulares são enviados para {host}. Este dispositivo tem outros endereços ({others}); se os celulares usam um deles, defina-o.',
    mdns_name: 'Os celulares também encontram este dispositivo pelo nome {name}.',
    mdns_silent: 'Ninguém responde pelo nome {name}. São usados endereços; isso basta.',
    mdns_name_dead: 'Os celulares são enviados para {name}, mas ninguém responde por esse nome.',

    firewall_none: 'Não há firewall na frente da porta {port}.',
    firewall_open: 'O firewall ({tool}) deixa os celulares chegarem à porta {port}.',
    firewall_closed_ufw: 'O firewall (ufw) não deixa os celulares chegarem à porta {port}.',
    firewall_closed_firewalld:
      'O firewall (firewalld, zona {zone}) não deixa os celulares chegarem à porta {port}.',
    firewall_closed_nftables:
      'O firewall (nftables, cadeia {chain}) não deixa os celulares chegarem à porta {port}. Ponha a regra também em /etc/nftables.conf, ou ela se perde na próxima inicialização.',
    firewall_unclear:
      'Há regras de firewall, e não dá para saber se elas deixam os celulares chegarem à porta {port}.',
    firewall_unreadable: 'Há um firewall ativo ({tool}), mas só o root pode ver as regras dele.',

    clock_ok: 'O relógio marca {time} UTC, e nada o contradiz.',
    clock_before_release: 'O relógio marca {time} UTC, antes de este programa ter sido feito.',
    clock_differs: 'O relógio está {seconds} segundos fora da hora de {host}.',
    provider_unreachable: 'Não é possível acessar {host}: os tokens de lá não podem ser renovados agora.',

    store_ok: 'Os arquivos em {path} estão íntegros, podem ser gravados e são privados.',
    database_ok: 'O armazenamento comum responde em {host}:{port}.',
    database_unreachable: 'Não é possível aceder ao armazenamento comum em {host}:{port} ({reason}).',
    store_unwritable: 'Não é possível gravar em {path}.',
    store_unreadable: 'Não é possível ler o diário em {path}.',
    store_open_to_others: 'Outros usuários podem ler {path}, que contém segredos.',
    store_damaged: {
      one: 'Uma linha do diário em {path} não pode ser lida. O broker conserta isso na próxima inicialização.',
      other:
        '{count} linhas do diário em {path} não podem ser lidas. O broker conserta isso na próxima inicialização.',
    },
    store_newer: 'O diário em {path} foi gravado por uma versão mais nova.',
    store_sealed:
      'O diário em {path} está selado, e a chave não está à mão: os aplicativos não foram verificados.',
    store_held: 'O processo {pid} segura os arquivos, mas não é o broker que responde.',
    shared_file_open_to_others:
      'Outros usuários podem ler {path}, que contém tokens ou segredos de clientes.',
    shared_file_damaged: '{path} está danificado. O broker o refaz na próxima inicialização.',
    disk_nearly_full: 'Onde fica {path}, só {bytes} bytes estão livres.',
    token_unsaved: 'Um token de {app} está só na memória, porque não pode ser salvo em {path}.',
    foreign_writers: {
      one: 'Outros programas gravaram uma vez nos arquivos de tokens compartilhados ultimamente. Se as skills renovam tokens por conta própria, não dê a elas os tokens de renovação.',
      other:
        'Outros programas gravaram {count} vezes nos arquivos de tokens compartilhados ultimamente. Se as skills renovam tokens por conta própria, não dê a elas os tokens de renovação.',
    },

    app_ok: '{app} pode entrar em {provider} ({method}).',
    apps_none: 'Nenhuma skill registrou um aplicativo ainda.',
    apps_unknown: 'Não foi possível verificar os aplicativos.',
    app_needs_credentials: '{app} precisa de um ID de cliente e de um segredo de {provider}.',
    app_redirect_refused:
      '{provider} recusa todos os endereços de redirecionamento que {app} poderia usar, por exemplo {uri} ({reason}).',
    app_loopback_host: '{app} usa {uri}, e não se sabe se {provider} aceita.',
    app_redirect_changed:
      'O cliente de {app} em {provider} não está registrado com {uri}: este dispositivo agora tem outro endereço.',

    connection_ok: '{app} tem conexão com {provider}.',
    connections_none: 'Nada está conectado.',
    connection_needs_user: 'Para {app}, você precisa entrar de novo em {provider} ({reason}).',
    connection_refused: '{provider} não aceita o ID de cliente ou o segredo de {app}.',
    connection_fails:
      'O token de {app} não pôde ser renovado em {provider} ({reason}). Haverá nova tentativa.',
    connection_expired: 'O token de {app} expirou, e {provider} não deu nada para renová-lo.',
    connection_ends_soon: {
      one: 'Daqui a {days} dia, {provider} encerrará o acesso de {app}.',
      other: 'Daqui a {days} dias, {provider} encerrará o acesso de {app}.',
    },

    relay_none: 'Nenhuma página de retorno está configurada.',
    relay_ok: 'A página de retorno em {url} é a desta versão.',
    relay_unreachable: 'Não é possível carregar a página de retorno em {url} ({reason}).',
    relay_other_page: 'Em {url} há uma página que não é a de retorno.',
    relay_outdated: 'A página de retorno em {url} é a de outra versão.',
  },
  fix: 'Solução',
  looking: 'Verificando…',
  allWell: 'Está tudo bem.',
  summary: 'Problemas: {problems}, avisos: {warnings}.',
};

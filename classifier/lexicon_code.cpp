#include "classifier/lexicon.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

/// Names of programming that read the same in every language, and the everyday words that mean
/// program text only in company.
constexpr CueWords kTable[] = {
    {cues(code_strong),
     "python javascript typescript java kotlin golang haskell erlang elixir clojure scala "
     "php perl fortran cobol matlab sql mysql postgres postgresql sqlite mongodb redis "
     "nosql html html5 css css3 scss sass xpath jquery dataframe dataframes pandas numpy "
     "scipy matplotlib sklearn scikit pytorch tensorflow keras django flask fastapi "
     "spring nodejs npm node.js yarn webpack react reactjs react.js angular vue vue.js "
     "svelte nextjs express graphql regex regexp regexes regexs bash zsh powershell sed "
     "awk grep xargs crontab cron chmod chown rsync ssh scp curl wget tmux vim emacs git "
     "github gitlab docker dockerfile docker-compose kubernetes kubectl k8s helm "
     "terraform ansible nginx systemd ubuntu debian linux unix makefile cmake gcc clang "
     "gdb llvm cpp csharp dotnet vba excel subprocess async asyncio coroutine mutex "
     "malloc struct enum typedef nullptr nullpointerexception typeerror valueerror "
     "keyerror indexerror attributeerror syntaxerror segfault stacktrace traceback stderr "
     "stdout stdin localhost webhook backend frontend refactor refactoring linter pytest "
     "junit unittest codebase leetcode pseudocode subroutine boilerplate middleware "
     "dropdown checkbox onclick useeffect usestate div iframe flexbox hashmap hashtable "
     "heapify bitwise boolean args kwargs argv argparse stdio iostream cout printf "
     "println foreach fizzbuzz utf-8 ascii oauth jwt openapi swagger protobuf grpc "
     "microservice microservices api apis sdk cli ide repo repository opencv selenium "
     "beautifulsoup requests tkinter lambda recursion compiler interpreter tuple tuples "
     "dict dicts strcmp substring subarray linked-list arraylist one-liner onliner plugin "
     "openpyxl xlsx csvs faiss sentence-transformers huggingface langchain ffmpeg "
     "imagemagick tar gzip zstd zfs btrfs systemctl journalctl apt pip conda venv "
     "virtualenv wasm opengl cuda solidity arduino raspberry verilog vhdl assembly x86 "
     "latex-document jupyter notebook colab stackoverflow unicode datetime timestamp "
     "favicon href localstorage cors ajax crud orm sqlalchemy hibernate maven gradle "
     "androidstudio swiftui xcode jvm codec ipython spreadsheet vlookup mapreduce hadoop "
     "spark airflow kafka rabbitmq elasticsearch prometheus grafana lua julia prolog lisp "
     "scheme ocaml rustlang rustc cargo subclass superclass constructor destructor "
     "hexadecimal programmatically config runtime aws gcloud azure nmap netcat tcpdump "
     "wireshark iptables ufw lsof strace netstat dmesg mkdir rmdir cp mv ls pwd chroot "
     "sudo su dpkg yum dnf pacman brew choco winget snap flatpak npx pnpm deno bun eslint "
     "prettier rollup vite svn hg gradlew mvn javac perl6 rails bundler gem composer "
     "laravel symfony nunit xunit qemu virsh vagrant podman buildah lxc nix mysqldump "
     "pg_dump psql mongosh redis-cli jq yq ripgrep fzf zip unzip rar 7z s3 ec2 iam vpc "
     "kms oauth2 tcp udp dns http https url urls smtp ftp sftp nfs smb ipc posix "
     "filesystem filesystems inode symlink symlinks daemon cronjob hostname screen nano "
     "pdf2 exif md5 sha256 checksum base64 goroutine goroutines github.com sortable serde "
     "tokio"},
    {cues(code_weak),
     "function functions class classes script scripts code query queries method methods "
     "variable variables array arrays string strings list lists loop loops error errors "
     "exception exceptions import imports module modules library libraries table tables "
     "column columns row rows command commands file files directory directories folder "
     "process port server servers container containers database databases program "
     "programs programming algorithm algorithms app application software component "
     "endpoint field fields form object objects pointer pointers thread threads stack "
     "heap queue tree node nodes index key keys value values return returns parameter "
     "parameters argument compile compiles compiling build builds branch commit commits "
     "deploy deployment kernel shell terminal console browser page pages button website "
     "webpage web ruby rust swift go r c dart bug bugs syntax type types integer integers "
     "float binary byte bytes bit hash input inputs output outputs print dictionary "
     "dictionaries element elements matrix vector indices character characters whitespace "
     "whitespaces digit lowercase uppercase delimiter path url log package packages "
     "install version macro formula formulas cell cells sheet filter sort sorted iterate "
     "client request requests response session cookie cookies callback event schema "
     "duplicates duplicate empty remote interface instance static null undefined nan "
     "parse parser json csv xml yaml set sets partition volume cluster pod image images "
     "disk mount archive snippet join select loop-through 2d default multiple item items "
     "append"},
    {cues(artefact),
     "function functions class script scripts code query queries method program algorithm "
     "module library loop command commands app application website webpage server "
     "database endpoint parser macro formula array component expression plugin crawler "
     "scraper snippet bot compiler unit-test test tests benchmark makefile regex "
     "subroutine api cli decorator hook migration stylesheet template iterator generator "
     "wrapper dashboard software funktion skript programm abfrage methode klasse fonction "
     "programme requete classe funcion programa consulta metodo clase funzione codigo "
     "commande befehl comando функцию функция скрипт запрос код программу программа класс "
     "fonksiyon kod دالة كود ham fungsi kode 函数 代码 程序 脚本 算法 数据库 爬虫 正则表达式 関数 "
     "コード プログラム "
     "スクリプト クエリ 코드 함수 프로그램 쿼리 스크립트 函式 程式"},
};

}  // namespace

std::span<const CueWords> code_words() {
    return kTable;
}

}  // namespace llmr::classifier

// Completion: see the header. Nothing that is completed needs the network.
#include "cli/completion.hpp"

#include "cli/usage_error.hpp"
#include "cli/verb.hpp"

#include <vector>

namespace drift::cli {

namespace {

struct Word {
  std::string text;
  std::string help;
};

std::vector<Word> verb_words() {
  std::vector<Word> words;
  for (const Verb& verb : verbs()) {
    words.push_back({std::string(verb.name), std::string(verb.help)});
    for (const std::string_view alias : verb.aliases) words.push_back({std::string(alias), std::string(verb.help)});
  }
  return words;
}

std::vector<Word> setting_words() {
  std::vector<Word> words;
  for (const SettingRow& row : setting_rows()) words.push_back({"--" + std::string(row.name), std::string(row.help)});
  words.push_back({"--config", "settings; default: drift.toml"});
  words.push_back({"--help", "what there is"});
  words.push_back({"--version", "the version"});
  return words;
}

std::vector<Word> flags_of(const Verb& verb) {
  std::vector<Word> words;
  for (const VerbArgument& argument : verb.arguments) {
    if (argument.is_flag) words.push_back({"--" + std::string(argument.name), std::string(argument.help)});
  }
  return words;
}

std::string joined(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text.append(text.empty() ? "" : " ").append(word.text);
  return text;
}

// Within single quotes of sh, zsh and fish alike.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string names_of(const Verb& verb) {
  std::string names(verb.name);
  for (const std::string_view alias : verb.aliases) names.append("|").append(alias);
  return names;
}

std::string bash() {
  std::string text =
      "# bash completion of {drift}, by: {drift} completion bash\n_drift() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} verbs=" +
      in_quotes(joined(verb_words())) + " flags=" + in_quotes(joined(setting_words())) +
      " verb= i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    [[ -z $verb && \" $verbs \" == *\" ${COMP_WORDS[i]} \"* ]] && verb=${COMP_WORDS[i]}\n"
      "  done\n  case $verb in\n";
  for (const Verb& verb : verbs()) {
    if (const auto flags = flags_of(verb); !flags.empty()) {
      text += "    " + names_of(verb) + ") flags+=" + in_quotes(" " + joined(flags)) + " ;;\n";
    }
  }
  return text +
         "  esac\n"
         "  if [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
         "  elif [[ -z $verb && ${COMP_WORDS[COMP_CWORD - 1]} != -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$verbs\" -- \"$word\"))\n"
         "  else\n    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\n"
         "complete -o filenames -F _drift {drift}\n";
}

// "name:help", where a colon of the name would need a mark, and there is none.
std::string zsh_list(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text += " " + in_quotes(word.text + ":" + word.help);
  return text;
}

std::string zsh() {
  std::string text =
      "#compdef {drift}\n# zsh completion of {drift}, by: {drift} completion zsh\n_drift() {\n  local verb word\n"
      "  local -a verbs=(" +
      zsh_list(verb_words()) + " )\n  local -a flags=(" + zsh_list(setting_words()) +
      " )\n"
      "  for word in ${words[2,CURRENT-1]}; do\n"
      "    [[ -z $verb && -n ${(M)verbs:#$word:*} ]] && verb=$word\n  done\n  case $verb in\n";
  for (const Verb& verb : verbs()) {
    if (const auto flags = flags_of(verb); !flags.empty()) {
      text += "    " + names_of(verb) + ") flags+=(" + zsh_list(flags) + " ) ;;\n";
    }
  }
  return text +
         "  esac\n"
         "  if [[ $PREFIX == -* ]]; then\n    _describe flag flags\n"
         "  elif [[ -z $verb ]]; then\n    _describe verb verbs\n"
         "  else\n    _files\n  fi\n}\n"
         "compdef _drift {drift}\n";
}

std::string fish() {
  std::string text = "# fish completion of {drift}, by: {drift} completion fish\n";
  for (const Word& word : verb_words()) {
    text += "complete -c {drift} -n __fish_use_subcommand -f -a " + word.text + " -d " + in_quotes(word.help) + "\n";
  }
  for (const SettingRow& row : setting_rows()) {
    text += "complete -c {drift} -l " + std::string(row.name);
    if (!row.letter.empty()) text += " -s " + std::string(row.letter);
    if (!row.value.empty()) text += " -r";
    text += " -d " + in_quotes(row.help) + "\n";
  }
  for (const Verb& verb : verbs()) {
    for (const VerbArgument& argument : verb.arguments) {
      if (!argument.is_flag) continue;
      text += "complete -c {drift} -n " + in_quotes("__fish_seen_subcommand_from " + std::string(verb.name)) + " -l " +
              std::string(argument.name) + (argument.has_value ? " -r" : "") + " -d " + in_quotes(argument.help) + "\n";
    }
  }
  return text;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  if (shell == "fish") return fish();
  throw usage_error("\"" + std::string(shell) + "\" is none of bash, zsh and fish", "{drift} completion bash");
}

}  // namespace drift::cli

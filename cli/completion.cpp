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
  bool has_value = false;  // of a flag: the word after it is its value
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
  for (const SettingRow& row : setting_rows()) {
    words.push_back({"--" + std::string(row.name), std::string(row.help), !row.value.empty()});
  }
  words.push_back({"--config", "settings; default: drift.toml", true});
  words.push_back({"--help", "what there is"});
  words.push_back({"--version", "the version"});
  return words;
}

std::vector<Word> flags_of(const Verb& verb) {
  std::vector<Word> words;
  for (const VerbArgument& argument : verb.arguments) {
    if (!argument.is_flag) continue;
    words.push_back({"--" + std::string(argument.name), std::string(argument.help), argument.has_value});
  }
  return words;
}

std::string joined(const std::vector<Word>& words, std::string_view separator = " ") {
  std::string text;
  for (const Word& word : words) text.append(text.empty() ? "" : separator).append(word.text);
  return text;
}

// The flags, of drift and of its verbs, that the word after them belongs to.
std::vector<Word> value_words() {
  std::vector<Word> flags = setting_words();
  for (const SettingRow& row : setting_rows()) {
    if (!row.letter.empty()) flags.push_back({"-" + std::string(row.letter), "", !row.value.empty()});
  }
  for (const Verb& verb : verbs()) {
    for (Word& flag : flags_of(verb)) flags.push_back(std::move(flag));
  }
  std::erase_if(flags, [](const Word& flag) { return !flag.has_value; });
  return flags;
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

std::vector<Word> names_of(const Verb& verb) {
  std::vector<Word> names{{std::string(verb.name), ""}};
  for (const std::string_view alias : verb.aliases) names.push_back({std::string(alias), ""});
  return names;
}

// bash makes three words of --flag=value.
std::string bash() {
  std::string text =
      "# bash completion of {drift}, by: {drift} completion bash\n_drift() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} verbs=" +
      in_quotes(joined(verb_words())) + " flags=" + in_quotes(joined(setting_words())) +
      " values=" + in_quotes(joined(value_words())) +
      " verb= i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    if [[ \" $values \" == *\" ${COMP_WORDS[i]} \"* ]]; then\n"
      "      ((i++))\n      [[ ${COMP_WORDS[i]} == = ]] && ((i++))\n"
      "    elif [[ -z $verb && \" $verbs \" == *\" ${COMP_WORDS[i]} \"* ]]; then\n"
      "      verb=${COMP_WORDS[i]}\n    fi\n"
      "  done\n  case $verb in\n";
  for (const Verb& verb : verbs()) {
    if (const auto flags = flags_of(verb); !flags.empty()) {
      text += "    " + joined(names_of(verb), "|") + ") flags+=" + in_quotes(" " + joined(flags)) + " ;;\n";
    }
  }
  return text +
         "  esac\n"
         "  if ((i > COMP_CWORD)); then  # it is a flag's value\n"
         "    COMPREPLY=($(compgen -f -- \"${word#=}\"))\n"
         "  elif [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
         "  elif [[ -z $verb ]]; then\n    COMPREPLY=($(compgen -W \"$verbs\" -- \"$word\"))\n"
         "  else\n    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\n"
         "complete -o filenames -F _drift {drift}\n";
}

// "name:help", where a colon of the name would need a mark, and there is none.
std::string zsh_list(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text += " " + in_quotes(word.text + ":" + word.help);
  return text;
}

// Of a file that fpath has, zsh makes the function _drift, and calls it: then the file's end calls what it defined.
std::string zsh() {
  std::string text =
      "#compdef {drift}\n# zsh completion of {drift}, by: {drift} completion zsh\n_drift() {\n  local verb\n"
      "  local -i i\n  local -a verbs=(" +
      zsh_list(verb_words()) + " )\n  local -a flags=(" + zsh_list(setting_words()) + " )\n  local -a values=(" +
      joined(value_words()) +
      ")\n"
      "  for ((i = 2; i < CURRENT; i++)); do\n"
      "    if ((${values[(Ie)${words[i]}]})); then\n      i+=1\n"
      "    elif [[ -z $verb && -n ${(M)verbs:#${words[i]}:*} ]]; then\n      verb=${words[i]}\n    fi\n"
      "  done\n  case $verb in\n";
  for (const Verb& verb : verbs()) {
    if (const auto flags = flags_of(verb); !flags.empty()) {
      text += "    " + joined(names_of(verb), "|") + ") flags+=(" + zsh_list(flags) + " ) ;;\n";
    }
  }
  return text +
         "  esac\n"
         "  if ((i > CURRENT)); then  # it is a flag's value\n    _files\n"
         "  elif [[ $PREFIX == -* ]]; then\n    _describe flag flags\n"
         "  elif [[ -z $verb ]]; then\n    _describe verb verbs\n"
         "  else\n    _files\n  fi\n}\n"
         "if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then\n  _drift \"$@\"\n"
         "else\n  compdef _drift {drift}\nfi\n";
}

std::string fish_flag(const Word& flag, std::string_view more) {
  return "complete -c {drift} -l " + flag.text.substr(2) + std::string(more) + (flag.has_value ? " -r" : "") + " -d " +
         in_quotes(flag.help) + "\n";
}

// fish's own __fish_use_subcommand takes a flag's value for a verb.
std::string fish() {
  std::string text =
      "# fish completion of {drift}, by: {drift} completion fish\n"
      "function __drift_verb_is --description 'whether the verb on the line is one of these; an empty one: none yet'\n"
      "    set -l values " +
      joined(value_words()) +
      "\n    set -l words (commandline -opc)\n    set -l verb ''\n    set -l is_value 0\n"
      "    for word in $words[2..-1]\n"
      "        if test $is_value = 1\n            set is_value 0\n"
      "        else if contains -- $word $values\n            set is_value 1\n"
      "        else if not string match -q -- '-*' $word\n            set verb $word\n            break\n"
      "        end\n    end\n    contains -- \"$verb\" $argv\nend\n";
  for (const Word& word : verb_words()) {
    text += "complete -c {drift} -n \"__drift_verb_is ''\" -f -a " + word.text + " -d " + in_quotes(word.help) + "\n";
  }
  for (const Word& flag : setting_words()) {
    const SettingRow* const row = find_setting(flag.text.substr(2));
    text += fish_flag(flag, row == nullptr || row->letter.empty() ? "" : " -s " + std::string(row->letter));
  }
  for (const Verb& verb : verbs()) {
    const std::string condition = " -n " + in_quotes("__drift_verb_is " + joined(names_of(verb)));
    for (const Word& flag : flags_of(verb)) text += fish_flag(flag, condition);
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

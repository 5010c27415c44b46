#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cohub::tests {

/// Runs cohub-fake-server in a directory of its own.
class program
{
public:
    /// @param prepare runs in the new process after its output and its errors have been redirected
    /// to pipes
    explicit program(
        std::vector<std::string> arguments, std::function<void()> const& prepare = [] {}
    )
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "cohub-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        int out[2], err[2];
        if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe");
        }
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(out[1], 1);
            ::dup2(err[1], 2);
            if (::chdir(folder.c_str()) != 0) ::_exit(127);
            prepare();
            std::vector<char*> argv;
            std::string name = COHUB_FAKE_SERVER_PROGRAM;
            argv.push_back(name.data());
            for (std::string& a : arguments) argv.push_back(a.data());
            argv.push_back(nullptr);
            ::execv(name.c_str(), argv.data());
            ::_exit(127);
        }
        ::close(out[1]);
        ::close(err[1]);
        out_ = out[0];
        err_ = err[0];
    }
    program(program const&) = delete;
    program& operator=(program const&) = delete;
    ~program()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(out_);
        ::close(err_);
        std::filesystem::remove_all(folder);
    }

    std::string line() { return read_until(out_, '\n'); }
    std::string rest_of_output() { return read_until(out_, 0); }
    std::string error_line() { return read_until(err_, '\n'); }
    std::string errors() { return read_until(err_, 0); }
    void signal(int which) { ::kill(pid_, which); }
    pid_t pid() const { return pid_; }
    int status()
    {
        // Both pipes end with the process, so this limits the wait for it.
        read_until(err_, 0);
        pollfd p{out_, POLLIN, 0};
        if (::poll(&p, 1, 20'000) <= 0) ::kill(pid_, SIGKILL);
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::string file(std::string const& name) const
    {
        std::ifstream in(folder / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path folder;

private:
    static std::string read_until(int fd, char end)
    {
        std::string text;
        char c = 0;
        for (;;) {
            pollfd p{fd, POLLIN, 0};
            if (::poll(&p, 1, 20'000) <= 0 || ::read(fd, &c, 1) != 1) return text;
            if (end != 0 && c == end) return text;
            text += c;
        }
    }

    pid_t pid_ = -1;
    int out_ = -1;
    int err_ = -1;
};

}  // namespace cohub::tests

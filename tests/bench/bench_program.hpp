#pragma once

#include <cohub/fake_server.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace bench_tests {

/// A program that runs beside the test; killed when the test is done with it.
class process
{
public:
    explicit process(std::string const& command)
    {
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
        ::_exit(127);
    }
    ~process()
    {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    process(process const&) = delete;
    process& operator=(process const&) = delete;

    pid_t pid() const { return pid_; }
    void signal(int number) const { ::kill(pid_, number); }

    /// The exit status, or minus the signal that ended it.
    int wait()
    {
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    /// Sends a signal and waits. That takes a second on a quiet machine; on a busy one it may be
    /// ten, which is far less than the runs have time for.
    int end_by(int number)
    {
        auto const begin = std::chrono::steady_clock::now();
        signal(number);
        int const status = wait();
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
        return status;
    }

private:
    pid_t pid_ = -1;
};

/// A named pipe that the program writes to and the test reads from.
class pipe_file
{
public:
    explicit pipe_file(std::string const& path)
    {
        EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
        descriptor_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        EXPECT_GE(descriptor_, 0);
    }
    ~pipe_file() { ::close(descriptor_); }
    pipe_file(pipe_file const&) = delete;
    pipe_file& operator=(pipe_file const&) = delete;

    /// Reads on until `text` has come.
    void read_until(std::string const& text)
    {
        char chunk[4096];
        while (seen_.find(text) == std::string::npos) {
            auto const n = ::read(descriptor_, chunk, sizeof chunk);
            ASSERT_GT(n, 0);
            seen_.append(chunk, static_cast<std::size_t>(n));
        }
    }
    /// Writes until nothing more goes in.
    void fill() const
    {
        ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
        std::string const some(4096, '.');
        while (::write(descriptor_, some.data(), some.size()) > 0) {
        }
        while (::write(descriptor_, ".", 1) > 0) {
        }
    }

private:
    int descriptor_ = -1;
    std::string seen_;
};

/// cohub-bench as a program, with a folder of its own.
class CohubBench : public testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "cohub-bench-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path(char const* name) const { return (folder_ / name).string(); }
    std::string content(char const* name) const
    {
        std::ifstream in(path(name), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }
    void write(char const* name, std::string const& text) const
    {
        std::ofstream(path(name), std::ios::binary) << text;
    }
    bool says(char const* name, std::string const& text) const
    {
        return content(name).find(text) != std::string::npos;
    }
    std::string all() const { return content("err") + content("out"); }

    std::string lookup(std::string const& arguments) const
    {
        return program("lookup " + arguments + " >" + path("out") + " 2>" + path("err"));
    }
    static std::string program(std::string const& arguments)
    {
        return std::string(COHUB_BENCH_PROGRAM) + ' ' + arguments;
    }
    static int shell(std::string const& command)
    {
        int const status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    // The program's exit status; standard output and error are in `out` and `err`.
    int run(std::string const& arguments) const { return shell(lookup(arguments)); }

    boost::json::object figures() const
    {
        return boost::json::parse(content("figures.json")).as_object();
    }

    // Options that lead to the server, but for the key.
    std::string address(cohub::fake_server const& server) const
    {
        write("ca.pem", server.ca_pem());
        return "--host " + server.url() + " --ca-file " + path("ca.pem") + " --json " +
               path("figures.json") + ' ';
    }
    std::string at(cohub::fake_server const& server) const
    {
        return address(server) + "--api-key " + server.api_key() + ' ';
    }

private:
    std::filesystem::path folder_;
};

}  // namespace bench_tests

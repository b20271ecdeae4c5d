#include "import_test.h"
#include "input/glob.h"
#include "input/sources.h"
#include "text/utf8.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <archive.h>
#include <archive_entry.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

using namespace aisle;
namespace fs = std::filesystem;

namespace {

struct Packed {
    std::string bytes;
    static la_ssize_t write(archive*, void* self, const void* data, size_t size) {
        static_cast<Packed*>(self)->bytes.append(static_cast<const char*>(data), size);
        return static_cast<la_ssize_t>(size);
    }
};

using Members = std::vector<std::pair<std::string, std::string>>;

/// An archive ("zip", "tar") of members, or one compressed stream of the first one's content ("raw").
std::string pack(const std::string& format, const std::string& filter, const Members& members, bool password = false) {
    Packed packed;
    archive* const out = archive_write_new();
    archive_write_set_bytes_in_last_block(out, 1);
    if (format == "zip")
        archive_write_set_format_zip(out);
    else if (format == "tar")
        archive_write_set_format_pax_restricted(out);
    else
        archive_write_set_format_raw(out);
    if (!filter.empty())
        archive_write_add_filter_by_name(out, filter.c_str());
    if (password) {
        archive_write_set_options(out, "zip:encryption=traditional");
        archive_write_set_passphrase(out, "secret");
    }
    archive_write_open(out, &packed, nullptr, &Packed::write, nullptr);
    for (const auto& [name, content] : members) {
        archive_entry* const entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        const bool link = content.starts_with("->");
        archive_entry_set_filetype(entry, name.ends_with('/') ? AE_IFDIR : link ? AE_IFLNK : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        if (link)
            archive_entry_set_symlink(entry, content.c_str() + 2);
        else if (!name.ends_with('/'))
            archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
        archive_write_header(out, entry);
        if (!link && !name.ends_with('/'))
            archive_write_data(out, content.data(), content.size());
        archive_entry_free(entry);
    }
    archive_write_close(out);
    archive_write_free(out);
    return packed.bytes;
}

std::string gzip(const std::string& bytes) { return pack("raw", "gzip", {{"x", bytes}}); }

/// QCOMPARE does not print std::string.
#define COMPARE(actual, expected) QCOMPARE(QByteArray::fromStdString(actual), QByteArray::fromStdString(expected))

} // namespace

class TestInput : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string write(const char* name, const std::string& bytes) {
        const std::string path = m_folder.filePath(QString::fromLatin1(name)).toStdString();
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }

    /// What comes out of the file, and how it ends, where it may unpack to so many bytes.
    struct Unpacked {
        uint64_t bytes = 0;
        std::string error;
    };
    static Unpacked unpack(const std::string& path, uint64_t limit) {
        Unpacked out;
        ImportProgress progress;
        try {
            const auto input = openInput(path, progress, limit);
            std::string buffer(100000, '\0');
            while (auto member = input->next()) {
                try {
                    while (const size_t got = member->source->read(buffer.data(), buffer.size()))
                        out.bytes += got;
                } catch (const ImportError& problem) {
                    out.error += problem.what(); // of the member; next() says it of what is behind
                }
            }
        } catch (const ImportError& problem) {
            out.error += problem.what();
        }
        return out;
    }

    /// "name[container]=content; " of each member.
    std::string members(const std::string& path) {
        ImportProgress progress;
        const auto input = openInput(path, progress);
        std::string text;
        while (auto member = input->next()) {
            std::string content;
            char buffer[7];
            while (const size_t got = member->source->read(buffer, sizeof buffer))
                content.append(buffer, got);
            std::string name = member->name;
            const std::string folder = m_folder.path().toStdString() + "/";
            if (name.starts_with(folder))
                name.erase(0, folder.size());
            text += name + "[" + member->container + "]=" + content + "; ";
        }
        m_read = progress.bytesRead;
        m_total = progress.bytesTotal;
        return text;
    }

    std::string error(const std::string& path) {
        try {
            return "no error: " + members(path);
        } catch (const ImportError& problem) {
            return problem.what();
        }
    }

    uint64_t m_read = 0, m_total = 0;

private Q_SLOTS:
    void plain() {
        COMPARE(members(write("a.json", "hello world")), std::string("a.json[]=hello world; "));
        QCOMPARE(m_read, uint64_t(11));
        QCOMPARE(m_total, uint64_t(11));
    }

    void compressed() {
        for (const char* filter : {"gzip", "zstd", "xz", "bzip2"}) {
            const std::string bytes = pack("raw", filter, {{"x", "hello world"}});
            COMPARE(members(write("any.name", bytes)), "any.name[" + std::string(filter) + "]=hello world; ");
            QCOMPARE(m_read, uint64_t(bytes.size())); // progress is of what lies on disk
            QCOMPARE(m_total, uint64_t(bytes.size()));
        }
        COMPARE(members(write("two.gz", gzip("one ") + gzip("two"))), std::string("two.gz[gzip]=one two; "));
    }

    void archives() {
        const Members content = {{"d/", ""}, {"d/a.json", "A"}, {"b.json.gz", gzip("B")}, {"empty", ""}};
        COMPARE(members(write("x.zip", pack("zip", "", content))),
                 std::string("x.zip/d/a.json[zip]=A; x.zip/b.json.gz[zip+gzip]=B; x.zip/empty[zip]=; "));
        COMPARE(members(write("x.tar", pack("tar", "", content))),
                 std::string("x.tar/d/a.json[tar]=A; x.tar/b.json.gz[tar+gzip]=B; x.tar/empty[tar]=; "));
        COMPARE(members(write("x.tgz", pack("tar", "gzip", content))),
                 std::string("x.tgz/d/a.json[gzip+tar]=A; x.tgz/b.json.gz[gzip+tar+gzip]=B; x.tgz/empty[gzip+tar]=; "));
    }

    /// They were passed over in silence.
    void linksInArchives() {
        for (const char* format : {"tar", "zip"}) {
            ImportProgress progress;
            const auto input = openInput(write("links", pack(format, "", {{"link", "->a.json"}, {"a.json", "A"}})), progress);
            auto member = input->next();
            QVERIFY(member && member->name.ends_with("/link"));
            std::string said;
            try {
                (void)readHead(*member->source, 10);
            } catch (const ImportError& error) {
                said = error.what();
            }
            QVERIFY2(said.find("/link is a link") != std::string::npos, said.c_str());
            member = input->next();
            COMPARE(readHead(*member->source, 10), std::string("A"));
            QVERIFY(!input->next());
        }
    }

    void archivesInArchives() {
        const std::string inner = pack("tar", "gzip", {{"a", "A"}, {"b", "B"}});
        COMPARE(members(write("o.zip", pack("zip", "", {{"i.tgz", inner}, {"c", "C"}}))),
                 std::string("o.zip/i.tgz/a[zip+gzip+tar]=A; o.zip/i.tgz/b[zip+gzip+tar]=B; o.zip/c[zip]=C; "));
        std::string deep = "x";
        for (int i = 0; i < 4; ++i)
            deep = gzip(deep);
        COMPARE(members(write("deep.gz", deep)), std::string("deep.gz[gzip+gzip+gzip+gzip]=x; "));
        deep = gzip(deep);
        QVERIFY(error(write("deep.gz", deep)).find("more than four times") != std::string::npos);
    }

    void aMemberThatIsNotReadToItsEnd() {
        ImportProgress progress;
        const auto input = openInput(write("y.zip", pack("zip", "", {{"a", std::string(100000, 'a')}, {"b", "B"}})), progress);
        auto member = input->next();
        char byte = 0;
        QCOMPARE(member->source->read(&byte, 1), size_t(1));
        member = input->next();
        QVERIFY(member && member->name.ends_with("/b"));
    }

    void errors() {
        const std::string folder = m_folder.path().toStdString();
        COMPARE(error(folder + "/none.json"), folder + "/none.json does not exist");
        COMPARE(error(folder), folder + " is a directory, not a file");
        COMPARE(error(write("empty.json", "")), folder + "/empty.json is empty");
        const std::string cut = pack("raw", "gzip", {{"x", std::string(100000, 'x') + "y"}});
        QVERIFY(error(write("cut.gz", cut.substr(0, cut.size() / 2))).find("damaged or cut off") != std::string::npos);
        QVERIFY(error(write("secret.zip", pack("zip", "", {{"a", "A"}}, true))).find("password") != std::string::npos);
        if (::geteuid() != 0) {
            const std::string locked = write("locked.json", "x");
            std::filesystem::permissions(locked, std::filesystem::perms::none);
            COMPARE(error(locked), locked + " cannot be read: permission denied");
        }
    }

    // A few kilobytes that unpack to gigabytes were read to their end, however long that took.
    void bombs() {
        constexpr uint64_t kLimit = 1 << 20;
        const std::string zeros(32 << 20, '\0');
        const auto verifyStopped = [&](const char* name, const std::string& bytes) {
            const Unpacked out = unpack(write(name, bytes), kLimit);
            QVERIFY2(out.error.find(std::string(name) + " unpacks to more than 1.05 MB and more than 1,000 times its size") != std::string::npos, (name + out.error).c_str());
            QVERIFY2(out.error.find("aisle import --max-unpacked") != std::string::npos, out.error.c_str());
            QVERIFY2(out.bytes <= std::max<uint64_t>(kLimit, kUnpackRatio * bytes.size()), name);
        };
        for (const char* filter : {"zstd", "bzip2", "xz"})
            verifyStopped(filter, pack("raw", filter, {{"x", zeros}}));
        verifyStopped("twice.gz", gzip(gzip(zeros)));
        // What is between the layers counts as well: nothing comes out of a thousand empty files.
        std::string empty;
        for (int i = 0; i < 100000; ++i)
            empty += gzip("");
        verifyStopped("empty.gz", gzip(gzip(empty)));
        // What is behind it in the archive is not read, and that is said.
        const std::string inner = pack("raw", "bzip2", {{"x", zeros}});
        const std::string archive = pack("zip", "", {{"a", "A"}, {"b.bz2", inner}, {"c", "C"}});
        const Unpacked zip = unpack(write("x.zip", archive), kLimit);
        // What is between the layers counts as well.
        QVERIFY(zip.bytes > kLimit / 2 && zip.bytes <= std::max<uint64_t>(kLimit, kUnpackRatio * archive.size()));
        QVERIFY2(zip.error.find("nothing behind that is read") != zip.error.rfind("nothing behind that is read"), zip.error.c_str());

        // As much as the limit may always come out, and a thousand times its size: the same line again and again.
        QVERIFY(unpack(write("zeros.bz2", inner), 64 << 20).error.empty());
        std::string lines;
        while (lines.size() < 16 << 20)
            lines += "{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"id\":\"b7ad6b7169203331\",\"name\":\"get\",\"timestamp\":1773478800000000,\"n\":" + std::to_string(lines.size() % 10) + "}\n";
        const std::string packed = gzip(lines);
        QVERIFY(lines.size() > 100 * packed.size() && lines.size() > 4 * kLimit);
        const Unpacked out = unpack(write("lines.gz", packed), kLimit);
        COMPARE(out.error, std::string());
        QCOMPARE(out.bytes, uint64_t(lines.size()));
    }

    // A tar says in a few bytes that a file is mostly holes.
    void sparseFile() {
        Packed packed;
        archive* const out = archive_write_new();
        archive_write_set_format_pax(out);
        archive_write_open(out, &packed, nullptr, &Packed::write, nullptr);
        archive_entry* const entry = archive_entry_new();
        archive_entry_set_pathname(entry, "holes");
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, 1LL << 40);
        archive_entry_sparse_add_entry(entry, 0, 4);
        archive_entry_sparse_add_entry(entry, (1LL << 40) - 4, 4);
        archive_write_header(out, entry);
        archive_write_data(out, "head", 4);
        archive_write_close(out);
        archive_entry_free(entry);
        archive_write_free(out);
        const Unpacked holes = unpack(write("holes.tar", packed.bytes), 1 << 20);
        QVERIFY2(holes.error.find("unpacks to more than") != std::string::npos, holes.error.c_str());
        QVERIFY(holes.bytes <= std::max<uint64_t>(1 << 20, kUnpackRatio * packed.bytes.size()));
    }

    void tooManyMembers() {
        std::string tar;
        { // a workspace holds 65,535 files; one byte each is a 64 MB tar, 200 kB packed
            const std::string one = pack("tar", "", {{"a", "A"}});
            const std::string member = one.substr(0, 1024);
            for (int i = 0; i < 65600; ++i)
                tar += member;
        }
        const Unpacked out = unpack(write("many.tar.gz", gzip(tar)), 1 << 30);
        QCOMPARE(out.bytes, uint64_t(65535));
        QVERIFY2(out.error.find("many.tar.gz holds more than 65,535 files") != std::string::npos, out.error.c_str());
    }

    // Up to 64 kB in front of the place where compressed data broke off were lost.
    void allInFrontOfDamage() {
        std::string lines;
        for (int i = 0; i < 200000; ++i)
            lines += std::to_string(i * 7919 % 1000003) + "\n";
        const std::string packed = gzip(lines), cut = write("cut.gz", packed.substr(0, packed.size() / 2));
        const uint64_t whole = unpack(cut, kUnpackBytes).bytes;
        ImportProgress progress;
        const auto input = openInput(cut, progress);
        const auto member = input->next();
        uint64_t single = 0;
        char byte = 0;
        try {
            while (member->source->read(&byte, 1) == 1)
                ++single;
        } catch (const ImportError&) {
        }
        QCOMPARE(whole, single);
        QVERIFY(whole > lines.size() * 4 / 10);
    }

    // A member whose checksum is wrong gave nothing of itself, or (streamed) all of it without a word.
    void wrongChecksum() {
        std::string zip = pack("zip", "", {{"a", std::string(5000, 'a')}, {"b", "B"}});
        const size_t central = zip.find("PK\1\2");
        zip[central + 16] = static_cast<char>(zip[central + 16] ^ 1);
        const Unpacked out = unpack(write("crc.zip", zip), kUnpackBytes);
        QCOMPARE(out.bytes, uint64_t(5001));
        QVERIFY2(out.error.find("damaged") != std::string::npos, out.error.c_str());
    }

    // Names of members are text to show: wherever they point, nothing is written there.
    void namesOfMembers() {
        const fs::path outside = fs::path(m_folder.path().toStdString()) / "outside";
        fs::create_directories(outside / "in");
        const std::string target = (outside / "written").string();
        const Members hostile = {{target, "1"}, {"../../written", "2"}, {"../" + outside.filename().string() + "/in/../written", "3"}, {"C:\\written", "4"}, {"a\nb\x1b[2J", "5"}, {"\xff\xfe", "6"}};
        for (const char* format : {"tar", "zip"}) {
            const std::string path = write((std::string("outside/in/x.") + format).c_str(), pack(format, "", hostile));
            std::set<fs::path> before, after;
            for (const auto& entry : fs::recursive_directory_iterator(m_folder.path().toStdString()))
                before.insert(entry.path());
            ImportProgress progress;
            const auto input = openInput(path, progress);
            size_t count = 0;
            while (auto member = input->next()) {
                QVERIFY2(member->name.starts_with(path + "/"), member->name.c_str());
                QVERIFY2(isUtf8(member->name), member->name.c_str());
                COMPARE(readHead(*member->source, 100), std::to_string(++count));
            }
            QCOMPARE(count, hostile.size());
            for (const auto& entry : fs::recursive_directory_iterator(m_folder.path().toStdString()))
                after.insert(entry.path());
            QVERIFY(before == after && !fs::exists(target));
        }
        COMPARE(printable("a\nb\x1b[2J"), std::string("a b [2J"));
        // "evil<right-to-left override>nosj.exe" was shown as "evilexe.json"
        COMPARE(printable("evil\xe2\x80\xaenosj.exe \xe2\x81\xa6\xe2\x80\x8f\xe2\x80\xa8."), std::string("evil nosj.exe    ."));
        COMPARE(printable("\xe2\x80\x93 \xe2\x82\xac \xc3\xbc \xe2\x80"), std::string("\xe2\x80\x93 \xe2\x82\xac \xc3\xbc \xe2\x80"));
    }

    // A link round in a circle, one that leads nowhere, a pipe without a writer: none of them may hang a folder.
    void foldersThatAreTraps() {
        const fs::path folder = fs::path(m_folder.path().toStdString()) / "traps";
        fs::create_directories(folder / "deep" / ".hidden");
        std::ofstream(folder / "a.json") << "A";
        std::ofstream(folder / "deep" / "b.json") << "B";
        std::ofstream(folder / "deep" / ".hidden" / "c.json") << "C";
        fs::create_directory_symlink(folder, folder / "deep" / "round");
        fs::create_symlink(folder / "nowhere", folder / "dangling");
        fs::create_symlink(folder / "loop", folder / "loop");
        fs::create_symlink("/dev/zero", folder / "zeros.json");
        QCOMPARE(::mkfifo((folder / "pipe.json").c_str(), 0600), 0);
        const FolderContent found = filesIn(folder);
        QCOMPARE(found.files, (std::vector<fs::path>{folder / "a.json", folder / "deep" / "b.json"}));
        QCOMPARE(found.links, uint64_t(4));
        QCOMPARE(found.special, uint64_t(1));
        COMPARE(error(folder / "dangling"), (folder / "dangling").string() + " does not exist");
        QVERIFY(error(folder / "loop").find("cannot be opened: ") != std::string::npos);
        // As a file of its own a device was read for ever.
        COMPARE(error(folder / "zeros.json"), (folder / "zeros.json").string() + " is a device or a socket, not a file");
        COMPARE(error("/dev/null"), std::string("/dev/null is a device or a socket, not a file"));
    }

    // A log that is being written is read as far as it goes, one that shrinks meanwhile too: nothing is mapped.
    void filesThatChange() {
        const std::string path = write("changing.json", std::string(1000, 'a'));
        ImportProgress progress;
        const auto input = openInput(path, progress);
        const auto member = input->next();
        char buffer[600];
        QCOMPARE(member->source->read(buffer, 600), size_t(512)); // the head that was looked at
        std::ofstream(path, std::ios::app) << std::string(500, 'b');
        std::string rest;
        for (size_t got = member->source->read(buffer, 600); got != 0; got = member->source->read(buffer, 600)) {
            rest.append(buffer, got);
            if (rest.size() == 600)
                fs::resize_file(path, 700);
        }
        COMPARE(rest, std::string(488, 'a') + std::string(112, 'b'));
    }

    void cancel() {
        for (const char* name : {"c.json", "c.gz"}) {
            ImportProgress progress;
            const auto input = openInput(write(name, name[2] == 'g' ? gzip(std::string(10000000, 'x')) : std::string(1000000, 'x')), progress);
            const auto member = input->next();
            char buffer[1000];
            QVERIFY(member->source->read(buffer, sizeof buffer) != 0);
            progress.cancel = true;
            bool cancelled = false;
            try {
                while (member->source->read(buffer, sizeof buffer) != 0) {
                }
            } catch (const Cancelled&) {
                cancelled = true;
            }
            QVERIFY2(cancelled, name);
        }
    }

    void patterns_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* pattern, const char* expected) { QTest::newRow(pattern) << QString::fromUtf8(pattern) << QString::fromUtf8(expected); };
        row("*.json", "a.json b.json");
        row("?.json", "a.json b.json");
        row("[!a].json", "b.json");
        row("[a-c]*", "a.json b.json");
        row("*.JSON", "");
        row("in/*.json", "in/c.json");
        row("*/*.json", "in/c.json link/c.json odd[1]/e.json"); // a link to a folder is one, but not for **
        row("**/*.json", "a.json b.json in/c.json in/deep/d.json odd[1]/e.json");
        row("**/d.json", "in/deep/d.json");
        row("in/**", "in/c.json in/deep/d.json in/deep/notes.txt");
        row("**/deep/**/*.json", "in/deep/d.json");
        row("**/**/d.json", "in/deep/d.json"); // each once
        row("./*.json", "./a.json ./b.json");
        row("in/../*.json", "in/../a.json in/../b.json");
        row("in", "");                          // a folder is no file
        row("*", "a.json b.json");              // nor are the folders that match, nor the hidden file
        row(".*", ".hidden.json");
        row("*/", "");
        row("link/*.json", "link/c.json");      // named, so followed
        row("odd\\[1\\]/*.json", "odd[1]/e.json");
        row("nowhere/*.json", "");
        row("", "");
        row("[", "");
    }
    void patterns() {
        QFETCH(QString, pattern);
        QFETCH(QString, expected);
        const QTemporaryDir dir;
        const std::filesystem::path folder(dir.path().toStdString());
        for (const char* name : {"in/deep", "odd[1]", ".secret"})
            std::filesystem::create_directories(folder / name);
        for (const char* name : {"a.json", "b.json", "in/c.json", "in/deep/d.json", "in/deep/notes.txt", "odd[1]/e.json", ".hidden.json", ".secret/s.json"})
            std::ofstream(folder / name) << "x";
        std::filesystem::create_directory_symlink(folder / "in", folder / "link");
        std::filesystem::create_symlink(folder / "gone", folder / "dangling.json");
        const auto before = std::filesystem::current_path();
        std::filesystem::current_path(folder);
        QStringList found;
        for (const auto& path : filesMatching(pattern.toStdString()))
            found.append(QString::fromStdString(path.string()));
        std::filesystem::current_path(before);
        QCOMPARE(found.join(QLatin1Char(' ')), expected);
    }

    void patternsOfInputs() {
        const QTemporaryDir dir;
        const std::filesystem::path folder(dir.path().toStdString());
        for (const char* name : {"a.json", "b.json", "[ab].json"})
            std::ofstream(folder / name) << "x";
        const auto in = [&](const char* name) { return (folder / name).string(); };
        // A file that is called like a pattern is that file; what is named twice comes once.
        QCOMPARE(expandInputs({in("[ab].json")}), std::vector<std::filesystem::path>{in("[ab].json")});
        QCOMPARE(expandInputs({in("?.json"), in("a.json"), "-", in("none.json")}),
                 (std::vector<std::filesystem::path>{in("a.json"), in("b.json"), "-", in("none.json")}));
        try {
            expandInputs({in("a.json"), in("x*.json")});
            QFAIL("nothing matches");
        } catch (const ImportError& error) {
            QCOMPARE(std::string(error.what()), "No file matches " + in("x*.json") + ".");
        }
    }
};

QTEST_GUILESS_MAIN(TestInput)
#include "tst_input.moc"

package embedded

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// choosePort returns the port in the file. Where there is none yet, or somebody
// else has it, it chooses a free one and remembers it; ours says that the
// manager itself may be the one who has it.
func choosePort(file string, ours bool) (int, error) {
	text, _ := os.ReadFile(file)
	port, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err == nil && (ours || free(port)) {
		return port, nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("choosing a port: %s is no TCP address", listener.Addr())
	}
	port = address.Port
	return port, writePrivate(file, []byte(strconv.Itoa(port)+"\n"))
}

func free(port int) bool {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	listener.Close()
	return true
}
